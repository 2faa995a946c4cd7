// Passkeys: the one thing that needs a script. A page says what to ask the browser for; the answer goes into its form.

const place = document.getElementById("passkey");
const form = place.closest("form");
const button = form.querySelector("[data-passkey-start]");
const makes = place.dataset.passkey === "make";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const written = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function wanted() {
  const options = JSON.parse(place.dataset.options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const one of options.allowCredentials ?? options.excludeCredentials) one.id = bytes(one.id);
  return { publicKey: options };
}

function say(fault) {
  for (const note of document.querySelectorAll("[data-passkey-fault]")) note.hidden = note.dataset.passkeyFault !== fault;
}

async function ask() {
  // Before a passkey is made: its name is looked at, and a second press waits for the first.
  if (button.getAttribute("aria-busy") || !form.reportValidity()) return;
  say("");
  button.setAttribute("aria-busy", "true");
  try {
    const { credentials } = navigator;
    const { rawId, response } = makes ? await credentials.create(wanted()) : await credentials.get(wanted());
    const answers = {
      credential: rawId,
      client_data: response.clientDataJSON,
      attestation: response.attestationObject,
      authenticator_data: response.authenticatorData,
      signature: response.signature,
      user: response.userHandle,
    };
    for (const [name, answer] of Object.entries(answers)) {
      if (form.elements[name] && answer) form.elements[name].value = written(answer);
    }
    form.submit();
  } catch (error) {
    button.removeAttribute("aria-busy");
    const known = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
    say(known[error.name] ?? "impossible");
  }
}

button.addEventListener("click", ask);
// Enter in its field.
form.addEventListener("submit", (event) => {
  event.preventDefault();
  delete form.dataset.sent;
  ask();
});
// Who comes back to the page may ask again.
addEventListener("pageshow", (event) => {
  if (event.persisted) button.removeAttribute("aria-busy");
});
// By itself where the page comes fresh; after a fault somebody reads first.
if (place.dataset.start) ask();
