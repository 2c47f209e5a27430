// What the workers of W6 have around their handler of requests.
//
//   POST /heap           one webhook, which the handler answers
//   POST /planned        the requests that are planned of a webhook, for a look before anything is timed
//   POST /keep           webhooks to keep: a line of JSON with signature and length of each, then the bodies
//   POST /repeat?times   gives these to the handler in turn, so many times: its time without the way there and back

/** A worker with this handler; `planned` answers the requests of a body that is a webhook. */
export function worker(handle, planned) {
  let kept = [];
  return {
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/heap") return handle(request);
      const bytes = new Uint8Array(await request.arrayBuffer());
      if (pathname === "/planned") return Response.json(await planned(bytes));
      if (pathname === "/keep") {
        kept = unpack(bytes);
        return new Response("kept");
      }
      let sum = 0;
      for (let left = Number(searchParams.get("times")), at = 0; left--; at = (at + 1) % kept.length) {
        const { body, headers } = kept[at];
        const { ok, ids } = await (await handle(new Request("http://worker/heap", { method: "POST", headers, body }))).json();
        if (!ok) return new Response(null, { status: 500 });
        sum += ids;
      }
      return new Response(String(sum));
    },
  };
}

function unpack(bytes) {
  let at = bytes.indexOf(10);
  const index = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at++)));
  return index.map(({ signature, length }) => ({
    body: bytes.slice(at, (at += length)),
    headers: { "content-type": "application/json", "content-length": String(length), "heap-hash": signature },
  }));
}
