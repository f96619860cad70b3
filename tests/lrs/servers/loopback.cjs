// Preloaded: the LRS's listen(port) would bind every address.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  const isPort = typeof port === "number" || /^\d+$/.test(port);
  return isPort
    ? listen.call(this, Number(port), "127.0.0.1", ...rest)
    : listen.call(this, port, ...rest);
};
