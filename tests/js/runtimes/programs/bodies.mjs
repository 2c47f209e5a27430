// Bodies that are not as they say, through the gateway: what comes of each, and how much of it was read.
export default async (edge, _, { max, bodies }) => {
  const gateway = edge.createCohortGateway({
    config: () => ({
      restEndpoint: "https://rest.iad-01.braze.com", keys: { partnerApiKey: "p", clientSecret: "c" },
      heap: { secret: "s" }, mode: "check", limits: { maxBytes: max },
    }),
  });
  const said = [];
  for (const { total, piece, length, type, breaks } of bodies) {
    let pulled = 0;
    const stream = new ReadableStream({
      type,
      pull(controller) {
        // Without an end there is no total.
        if (pulled >= (total ?? Infinity)) {
          if (breaks) return controller.error(new Error("cut"));
          controller.close();
          return controller.byobRequest?.respond(0);
        }
        const bytes = new Uint8Array(Math.min(piece, (total ?? Infinity) - pulled)).fill(0x20);
        pulled += bytes.length;
        controller.enqueue(bytes);
      },
    }, type ? undefined : { highWaterMark: 0 });
    const answer = await gateway(new Request("https://gateway.test/heap", {
      method: "POST", duplex: "half", body: stream,
      headers: { "content-type": "application/json", ...length !== undefined && { "content-length": length } },
    }), {});
    const { code } = await answer.json();
    said.push({ code, pulled });
  }
  return said;
};
