/**
 * `npm run new-key -- <name> [role]`: makes an API key, and prints it with its hash for API_KEYS. It needs only Node.
 */
import { createHash, randomBytes } from 'node:crypto';
import process from 'node:process';

const ROLES = ['read', 'submit', 'admin'];
const [name = '', role, ...more] = process.argv.slice(2);

if (!/^[\p{L}\p{N}_.@/+-]{1,100}$/u.test(name) || (role !== undefined && !ROLES.includes(role)) || more.length > 0) {
  process.stderr.write(`Usage: npm run new-key -- <name> [${ROLES.join('|')}]
The name is that of the client, such as n8n: up to 100 letters, digits and _ . @ / + -
`);
  process.exit(2);
}

// 256 random bits.
const key = `gpu_${randomBytes(32).toString('base64url')}`;
const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
const entry = JSON.stringify({ name, hash, role });
const entries = role === undefined ? `${name}:${hash}\nor, in a list in JSON:\n${entry}` : entry;

process.stdout.write(`name: ${name}
key:  ${key}
hash: ${hash}

Give the key to the client; it is not stored. Add this entry to API_KEYS or to the file of API_KEYS_FILE:
${entries}
`);
