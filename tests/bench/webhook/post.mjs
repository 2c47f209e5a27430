// One request on a connection of its own.
//
// WHY not `fetch`: it keeps connections, and workerd closes those on which nothing came for five seconds, which a
// request that is just being sent takes for a fault.

import { request } from "node:http";

/** Posts a body; answers status and text. */
export function post(url, body = "", headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent: false, headers: { "content-length": body.length, ...headers } }, async (response) => {
      try {
        let text = "";
        for await (const piece of response.setEncoding("utf8")) text += piece;
        resolve({ status: response.statusCode, text });
      } catch (error) {
        reject(error);
      }
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
