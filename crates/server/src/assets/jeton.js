// Comfort, never need: every page works without this module.
// It runs under a policy of `script-src 'self'`, sets no style and writes no markup from text.

const root = document.documentElement;

// Copy buttons: <button data-copy="ID"> copies the text of #ID, and says so to everyone.
const voice = document.createElement("p");
voice.className = "sr";
voice.setAttribute("role", "status");
document.body.append(voice);

function say(words) {
  voice.textContent = "";
  setTimeout(() => { voice.textContent = words; }, 50);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const label = [...button.childNodes].find((node) => node.nodeType === 3 && node.data.trim());
  const before = label?.data;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.innerText);
      if (label) label.data = document.body.dataset.copied;
      say(document.body.dataset.copied);
    } catch {
      getSelection().selectAllChildren(source);
      say(document.body.dataset.selected);
    }
    setTimeout(() => { if (label) label.data = before; }, 2000);
  });
}

// Appearance: the server remembers it in a cookie; here it changes at once, and the form goes along unseen.
for (const button of document.querySelectorAll("[name=theme]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    fetch(button.form.action, { method: "POST", body: new URLSearchParams(new FormData(button.form, button)), redirect: "manual" });
    if (button.value === "auto") delete root.dataset.theme;
    else root.dataset.theme = button.value;
    for (const other of document.querySelectorAll("[name=theme]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
  });
}

// Show the password while it is typed.
for (const button of document.querySelectorAll("[data-show]")) {
  const field = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}

// Redirect URIs: the server's own rules and words, said while one types. The server decides.
const REFUSED = {
  text: "A redirect URI is at most 2048 characters of plain ASCII, without spaces.",
  fragment: "A redirect URI has no fragment. Remove the # and what follows it.",
  absolute: "Write the whole address with its scheme and host, such as https://app.example/callback.",
  userinfo: "A redirect URI carries no user name or password.",
  http: "Plain http is for this machine only (127.0.0.1, [::1], localhost). Use https.",
  scheme: "This scheme runs code or reads local files in a browser. Use https, or a scheme of your own such as com.example.app.",
};
const LOCAL = new Set(["127.0.0.1", "[::1]", "localhost"]);

export function refusal(text) {
  if (text.length > 2048 || /[^\x21-\x7e]/.test(text)) return REFUSED.text;
  if (text.includes("#")) return REFUSED.fragment;
  let url;
  try { url = new URL(text); } catch { return REFUSED.absolute; }
  if (url.username || url.password) return REFUSED.userinfo;
  if (url.protocol === "https:") return null;
  if (url.protocol === "http:") return LOCAL.has(url.hostname) ? null : REFUSED.http;
  return url.protocol.slice(0, -1).includes(".") ? null : REFUSED.scheme;
}

for (const field of document.querySelectorAll("[data-check=redirect-uri]")) {
  const fault = document.getElementById(field.getAttribute("aria-describedby").split(" ").at(-1));
  const words = fault.querySelector("span");
  const fine = field.parentElement.querySelector(".fine");
  const check = () => {
    const reason = field.value === "" ? null : refusal(field.value);
    field.setAttribute("aria-invalid", String(reason !== null));
    fault.hidden = reason === null;
    if (fine) fine.hidden = reason !== null || field.value === "";
    words.textContent = reason ?? "";
  };
  field.addEventListener("input", () => { if (!fault.hidden || field.dataset.left) check(); });
  field.addEventListener("blur", () => { field.dataset.left = "1"; check(); });
}

// One submission: a second press of the same button is not a second request.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
});

// On a narrow screen the tab that one is on comes into view.
document.querySelector(".tabs-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

// "/" goes to the search of a list.
addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input, textarea, select");
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && !typing && search) { event.preventDefault(); search.focus(); }
});

// Printing needs a script; without one the browser's own menu prints the same page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
