// Answers a request of crates/jose/tests/foreign.rs with npm's jose.
// Usage: node with_jose.mjs FOLDER_OF_NODE_MODULES < request.json > answer.json
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { text } from "node:stream/consumers";

const [folder] = process.argv.slice(2);
const jose = await import(pathToFileURL(createRequire(`${folder}/`).resolve("jose")));

const bytes = (base64url) => new Uint8Array(Buffer.from(base64url, "base64url"));
const pem = (pkcs8) => {
  const lines = Buffer.from(pkcs8, "base64url").toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
};
const der = (text) => Buffer.from(text.replace(/-----.*-----/g, ""), "base64").toString("base64url");
const publicHalf = ({ kty, crv, x, y, n, e }) => ({ kty, crv, x, y, n, e });

// What they make of our token and keys.
async function ours({ alg, token, jwk, secret, pkcs8 }, claims) {
  const key = secret ? bytes(secret) : await jose.importJWK(jwk, alg);
  const options = { algorithms: [alg], typ: "at+jwt" };
  const { payload, protectedHeader } = await jose.jwtVerify(token, key, options);
  const signer = secret ? key : await jose.importPKCS8(pem(pkcs8), alg, { extractable: true });
  const oct = secret && { kty: "oct", k: secret };
  return {
    claims: payload,
    kid: protectedHeader.kid,
    thumbprint: await jose.calculateJwkThumbprint(oct ?? jwk),
    public: secret ? null : publicHalf(await jose.exportJWK(signer)),
    signed_with_our_key: await sign(signer, alg, protectedHeader.kid, claims),
  };
}

async function theirs(alg, claims) {
  if (alg.startsWith("HS")) {
    const secret = crypto.getRandomValues(new Uint8Array(Number(alg.slice(2)) / 8));
    const k = Buffer.from(secret).toString("base64url");
    const kid = await jose.calculateJwkThumbprint({ kty: "oct", k });
    return { kid, secret: k, token: await sign(secret, alg, kid, claims) };
  }
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  const jwk = await jose.exportJWK(publicKey);
  const kid = await jose.calculateJwkThumbprint(jwk);
  return {
    kid,
    jwk: { ...jwk, kid, alg, use: "sig" },
    pkcs8: der(await jose.exportPKCS8(privateKey)),
    token: await sign(privateKey, alg, kid, claims),
  };
}

function sign(key, alg, kid, claims) {
  return new jose.SignJWT(claims).setProtectedHeader({ alg, kid, typ: "at+jwt" }).sign(key);
}

const { claims, keys } = JSON.parse(await text(process.stdin));
const answer = {};
for (const key of keys) {
  answer[key.alg] = { ours: await ours(key, claims), theirs: await theirs(key.alg, claims) };
}
console.log(JSON.stringify(answer));
