// Hashes the passwords of crates/server/tests/foreign_hashes.rs as ASP.NET Identity does.
// Usage: node hash_passwords.mjs FOLDER_OF_NODE_MODULES < {"passwords": […]} > [{"from", "password", "hash"}]
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const [folder] = process.argv.slice(2);
const { PasswordHasher } = createRequire(`${folder}/`)("aspnetcore-identity-password-hasher/build/PasswordHasher");
const hasher = new PasswordHasher();

const made = [];
for (const password of JSON.parse(await text(process.stdin)).passwords) {
  for (const [from, hash] of [
    ["ASP.NET Identity 2", await hasher.hashPasswordV2(password)],
    ["ASP.NET Identity 3", await hasher.hashPasswordV3(password)],
  ]) {
    made.push({ from, password, hash: Buffer.isBuffer(hash) ? hash.toString("base64") : hash });
  }
}
console.log(JSON.stringify(made));
