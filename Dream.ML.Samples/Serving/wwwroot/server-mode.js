// Upscaling on the server: the picture is posted, events tell how far it is.

const retries = 5;

/**
 * Upscales a file.
 * @returns {Promise<{blob: Blob, notes: string[]}>} Rejected with an Error whose message is for people.
 */
export async function upscale({ file, model, preset, width, signal, report }) {
    const query = new URLSearchParams({ model, preset });
    if (width)
        query.set("width", width);
    const posted = await ask(`/api/jobs?${query}`, { method: "POST", body: file, signal });
    const { id } = await posted.json();
    const url = `/api/jobs/${id}`;
    // The page may go at any time: the server need not keep the picture.
    const forget = () => fetch(url, { method: "DELETE", keepalive: true }).catch(() => { });
    addEventListener("pagehide", forget);
    try {
        const { notes } = await watch(url, file.name, signal, report);
        const result = await ask(`${url}/result`, { signal });
        return { blob: await result.blob(), notes: notes ?? [] };
    } finally {
        removeEventListener("pagehide", forget);
        forget();
    }
}

/** Follows the events to the last. */
function watch(url, name, signal, report) {
    return new Promise((resolve, reject) => {
        const events = new EventSource(url);
        let failures = 0;
        const end = (settle, value) => {
            events.close();
            settle(value);
        };
        signal.addEventListener("abort", () => end(reject, signal.reason));
        events.addEventListener("message", ({ data }) => {
            failures = 0;
            const state = JSON.parse(data);
            if (state.phase === "done")
                end(resolve, state);
            else if (state.phase === "failed")
                end(reject, new Error(`${name}: ${state.message}`));
            report(state);
        });
        events.addEventListener("error", () => {
            if (events.readyState === EventSource.CLOSED || ++failures > retries)
                end(reject, new Error("The connection to the server was lost, or it has forgotten the picture. Start again."));
        });
    });
}

async function ask(url, options) {
    let answer;
    try {
        answer = await fetch(url, options);
    } catch (e) {
        throw e.name === "AbortError" ? e : new Error("The server does not answer. Is it still running?");
    }
    if (answer.ok)
        return answer;
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? `The server answered ${answer.status}.`);
}
