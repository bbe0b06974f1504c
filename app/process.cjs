// In browsers Next asks `process` for its environment alone: all of Node's that its polyfill has is weight.
module.exports = { env: {} };
