// The form: what is chosen, what is said, and who does the work.
import { declaredSize } from "./pictures.js";
import * as browserMode from "./browser-mode.js";
import * as serverMode from "./server-mode.js";
import * as viewer from "./viewer.js";

const $ = id => document.getElementById(id);
const form = $("form");
const auto = "auto", largestPreview = 24e6;
const count = new Intl.NumberFormat("en");
// What is used in the browser, where no picture is looked at.
const browserDefault = "photo-4x-real";

let about = null, picture = null, choosing = null, running = null, shown = 0;

const choice = name => form.elements[name].value;
const model = () => about.models.find(({ name }) => name === ($("model").value === auto ? browserDefault : $("model").value)) ?? about.models[0];
const bytes = number => number < 1e6 ? `${Math.ceil(number / 1e3)} KB` : `${(number / 1e6).toFixed(1)} MB`;

function say(status, error = "") {
    // The same words again are said again.
    $("status").textContent = $("error").textContent = "";
    $("status").textContent = status;
    $("error").textContent = error;
}

/** The size of the result of the picture that is chosen. */
function target() {
    const { width, height } = picture.bitmap;
    if (choice("size") === "scale")
        return { width: width * model().scale, height: height * model().scale };
    const wanted = Number($("width").value);
    return { width: wanted, height: Math.max(1, Math.round(height * wanted / width)) };
}

/** Why the picture cannot be taken, as far as can be told here, or null. */
function problem() {
    if (!picture)
        return "Choose a picture first.";
    const { file, size } = picture, inBrowser = choice("where") === "browser";
    if (file.size === 0)
        return "The file is empty. Copy it again from its source.";
    if (inBrowser && model().halo === null)
        return `${model().name} looks at the whole picture at once, which is more than a browser can do. Upscale on the server.`;
    if (!inBrowser && file.size > about.maxFileBytes)
        return `The file has ${bytes(file.size)}, which is too much. ${model().limit}`;
    const most = inBrowser ? browserMode.maxPixels : model().maxPixels;
    if (size && size.width * size.height > most)
        return `The picture has ${count.format(size.width)} × ${count.format(size.height)} pixels; ` +
            `${inBrowser ? `in the browser at most ${count.format(most)} are taken. Upscale on the server, or reduce it.` : `that is too many. ${model().limit}`}`;
    if (inBrowser && !picture.bitmap)
        return "This browser cannot read the file as a picture. On the server you learn more.";
    if (choice("size") === "width" && !$("width").checkValidity())
        return "The width must be a whole number from 1 to 20,000.";
    if (picture.bitmap && target().width * target().height > about.maxOutputPixels)
        return `The result would have ${count.format(target().width)} × ${count.format(target().height)} pixels; at most ${count.format(about.maxOutputPixels)} are made. Take a smaller size.`;
    return null;
}

async function choose(file, note = "") {
    running?.abort();
    const size = await declaredSize(file);
    // What declares more than is taken is not even looked at.
    const bitmap = size && size.width * size.height <= Math.max(...about.models.map(({ maxPixels }) => maxPixels))
        ? await createImageBitmap(file).catch(() => null)
        : null;
    picture = { file, size, bitmap };
    $("chosen").textContent = file.name;
    $("facts").textContent = bitmap ? `${file.name}: ${count.format(bitmap.width)} × ${count.format(bitmap.height)} pixels, ${bytes(file.size)}` : "";
    const wrong = problem();
    say(wrong ? "" : `${note}${file.name} is chosen.`, wrong ?? "");
    await preview();
}

/** Shows what bicubic interpolation makes of the picture, at once. */
async function preview() {
    const { bitmap } = picture, turn = ++shown;
    if (!bitmap || problem()) {
        viewer.clear();
        return;
    }
    const { width, height } = target();
    // A larger one would not be seen whole anyway.
    const reduced = Math.min(1, Math.sqrt(largestPreview / (width * height)));
    const worker = new Worker("preview-worker.js", { type: "module" });
    const enlarged = await new Promise(resolve => {
        worker.addEventListener("message", ({ data }) => resolve(data));
        worker.addEventListener("error", () => resolve(null));
        worker.postMessage({ bitmap, width: Math.max(1, Math.round(width * reduced)), height: Math.max(1, Math.round(height * reduced)) });
    });
    worker.terminate();
    if (enlarged && turn === shown)
        viewer.showBefore(enlarged, width, height);
}

async function start() {
    await choosing;
    const wrong = problem();
    if (wrong) {
        say("", wrong);
        (picture ? $("start") : $("file")).focus();
        return;
    }
    const run = running = new AbortController();
    const inBrowser = choice("where") === "browser", began = performance.now();
    work(true);
    say(inBrowser ? "Loading the model." : "Sent to the server.");
    try {
        const preset = choice("preset"), used = { name: model().name, reason: null };
        await preview();
        const progress = reporter(used, began);
        const { blob, notes } = inBrowser
            ? await browserMode.upscale({ bitmap: picture.bitmap, model: model(), preset, ...target(), signal: run.signal, report: progress })
            : await serverMode.upscale({
                file: picture.file, model: $("model").value, preset,
                width: choice("size") === "width" ? $("width").value : null, signal: run.signal, report: progress,
            });
        await show(blob, notes, used, (performance.now() - began) / 1000);
    } catch (e) {
        if (run.signal.aborted)
            say("Canceled.");
        else
            say("", e.message);
    } finally {
        if (running === run) {
            running = null;
            work(false);
        }
    }
}

/** Says how far it is: always to the eye, aloud each quarter. */
function reporter(used, began) {
    let quarter = -1, first = null;
    return ({ model, reason, phase, progress }) => {
        if (model)
            Object.assign(used, { name: model, reason });
        if (phase !== "working")
            return;
        first ??= { progress, at: performance.now() };
        $("progress").value = progress;
        const speed = (progress - first.progress) / (performance.now() - first.at);
        const left = speed > 0 ? Math.ceil((1 - progress) / speed / 1000) : null;
        $("remaining").textContent = `${Math.floor(100 * progress)} %${left === null ? "" : `, about ${left} s left`}`;
        if (Math.floor(4 * progress) > quarter) {
            quarter = Math.floor(4 * progress);
            $("status").textContent = `${described(used)} ${quarter === 0 ? "Working." : `${25 * quarter} % done.`}`;
        }
    };
}

// The reason names the model once more.
const described = ({ name, reason }) => reason ? `Model ${name}: ${reason.replace(`: ${name}`, "")}.` : `Model ${name}.`;

async function show(blob, notes, used, seconds) {
    const url = URL.createObjectURL(blob), link = $("download");
    URL.revokeObjectURL(link.href);
    link.href = url;
    link.download = `${picture.file.name.replace(/\.[^.]*$/, "")}-large.png`;
    link.textContent = `Download PNG (${bytes(blob.size)})`;
    let size;
    try {
        size = await viewer.showAfter(url);
    } catch {
        link.hidden = false;
        $("comparison").hidden = false;
        say("Done. This browser cannot show so large a picture, but you can download it.");
        return;
    }
    const made = `${count.format(size.width)} × ${count.format(size.height)} pixels in ${seconds.toFixed(1)} s.`;
    const noted = notes.map(note => ` Note: ${note}.`).join("");
    $("facts").textContent = `${made} ${described(used)}${noted}`;
    say(`Done: ${made}${noted}`);
    // Below the form, as on a phone, it would not be seen.
    if ($("stage").getBoundingClientRect().top > innerHeight / 2)
        $("stage").scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function work(on) {
    const focused = document.activeElement;
    $("working").hidden = $("cancel").hidden = !on;
    $("start").hidden = on;
    $("progress").removeAttribute("value");
    $("remaining").textContent = "";
    $("stage").setAttribute("aria-busy", on);
    if (focused === $("start") || focused === $("cancel"))
        $(on ? "cancel" : "start").focus();
}

function describeChoices() {
    const chosen = about.models.find(({ name }) => name === $("model").value), inBrowser = choice("where") === "browser";
    $("about-model").textContent = chosen?.description ?? (inBrowser
        ? `In the browser always ${browserDefault}: ${model().description}`
        : "Looks at the picture, and says what it found.");
    $("scale").textContent = `${model().scale} times as wide and high`;
    $("limit").textContent = `PNG, JPEG, WebP, GIF or BMP. ${inBrowser ? `At most ${count.format(browserMode.maxPixels)} pixels in the browser.` : model().limit}`;
}

function takeFiles(files, event) {
    const pictures = [...files];
    if (!pictures.length)
        return;
    event.preventDefault();
    choosing = choose(pictures[0], pictures.length > 1 ? `The first of ${pictures.length} files: ` : "");
}

async function begin() {
    about = await (await fetch("/api/about")).json();
    $("model").append(new Option("Automatic", auto), ...about.models.map(({ name, scale }) => new Option(`${name}, ×${scale}`, name)));
    $("model").value = about.model;
    if (about.runtimeCure) {
        form.querySelector("[value=browser]").disabled = true;
        $("where-browser").textContent = `Not possible now: the files of onnxruntime-web are not there. ${about.runtimeCure}`;
    } else {
        $("where-browser").textContent = `Nothing is uploaded. Slower; at most ${count.format(browserMode.maxPixels)} pixels.`;
    }
    describeChoices();

    form.addEventListener("submit", event => {
        event.preventDefault();
        start();
    });
    // While typing, not when the next click takes the focus away: what is clicked would move under the pointer.
    form.addEventListener("input", ({ target: { id } }) => {
        if (id === "width" && !running)
            say("", "");
    });
    form.addEventListener("change", ({ target: { id } }) => {
        if (id === "width")
            $("size-width").checked = true;
        describeChoices();
        if (picture && id !== "file" && !running) {
            const wrong = problem();
            say("", wrong ?? "");
            preview();
        }
    });
    $("file").addEventListener("change", event => takeFiles($("file").files, event));
    $("cancel").addEventListener("click", () => running?.abort());
    addEventListener("paste", event => takeFiles(event.clipboardData.files, event));
    addEventListener("dragover", event => {
        event.preventDefault();
        document.body.classList.add("over");
    });
    addEventListener("dragleave", () => document.body.classList.remove("over"));
    addEventListener("drop", event => {
        event.preventDefault();
        document.body.classList.remove("over");
        takeFiles(event.dataTransfer.files, event);
    });
    document.body.dataset.ready = "";
}

begin().catch(() => say("", "The server does not answer. Start it again, then reload this page."));
