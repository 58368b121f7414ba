// A key-value store in Redis, over Node's own modules alone.
const net = require("node:net");

function target() {
  const url = new URL(process.env.REDIS_URL || "redis://127.0.0.1:6379");
  return {
    host: process.env.REDIS_HOST || url.hostname,
    port: Number(process.env.REDIS_PORT || url.port || 6379),
    password: process.env.REDIS_PASSWORD || decodeURIComponent(url.password),
  };
}

// One call on a connection of its own, at the node of a cluster that serves the key.
async function call(...words) {
  const place = target();
  try {
    return await callAt(place, words);
  } catch (error) {
    const moved = /^MOVED \d+ (.*):(\d+)$/.exec(error.message);
    if (!moved) throw error;
    return callAt({...place, host: moved[1], port: Number(moved[2])}, words);
  }
}

// Resolves with the reply's text.
function callAt({host, port, password}, words) {
  const commands = password ? [["AUTH", password], words] : [words];
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, host);
    let text = "";
    socket.setTimeout(5000, () => socket.destroy(new Error("timed out")));
    socket.on("error", reject);
    socket.on("connect", () => socket.write(commands.map(encode).join("")));
    socket.on("data", chunk => {
      text += chunk;
      const replies = parse(text);
      if (replies.length < commands.length) return;
      socket.end();
      const last = replies.at(-1);
      if (last instanceof Error) reject(last);
      else resolve(last);
    });
  });
}

function encode(words) {
  return `*${words.length}\r\n` + words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("");
}

function parse(text) {
  const replies = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf("\r\n");
    if (end < 0) return replies;
    const line = rest.slice(0, end);
    rest = rest.slice(end + 2);
    if (line[0] === "$" && line !== "$-1") {
      const length = Number(line.slice(1));
      if (rest.length < length + 2) return replies;
      replies.push(rest.slice(0, length));
      rest = rest.slice(length + 2);
    } else if (line[0] === "-") {
      replies.push(new Error(line.slice(1)));
    } else {
      replies.push(line.slice(1));
    }
  }
}

module.exports = {call};
