// The picture before and after, with a divider between them that the slider or the pointer moves, and zoom.
const $ = id => document.getElementById(id);
const viewer = $("viewer"), sheet = $("sheet"), divider = $("divider"), split = $("split");
const largestZoom = 8, smallestZoom = 0.02, step = 1.5;

let size = null, zoom = null; // null: as large as fits

/** Shows an enlarged bitmap; nothing is compared yet. */
export function showBefore(bitmap, width, height) {
    size = { width, height };
    zoom = null;
    $("before").width = bitmap.width;
    $("before").height = bitmap.height;
    $("before").getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
    $("empty").hidden = true;
    $("comparison").hidden = false;
    compare(false);
    lay();
}

/** Lays the result over it. */
export async function showAfter(url) {
    const image = $("after");
    image.src = url;
    await image.decode();
    size = { width: image.naturalWidth, height: image.naturalHeight };
    $("empty").hidden = true;
    $("comparison").hidden = false;
    compare(true);
    lay();
    return size;
}

export function clear() {
    $("comparison").hidden = true;
    $("empty").hidden = false;
}

/** Whether there is something to compare. */
export function compare(both) {
    for (const id of ["after", "divider", "after-tag", "slider", "download"])
        $(id).hidden = !both;
}

function fit() {
    return Math.min(1, viewer.clientWidth / size.width, viewer.clientHeight / size.height);
}

function lay() {
    if (!size || $("comparison").hidden)
        return;
    // Bars of the last zoom must not make it smaller.
    viewer.style.overflow = zoom === null ? "hidden" : "";
    const scale = zoom ?? fit();
    sheet.style.width = `${size.width * scale}px`;
    sheet.style.height = `${size.height * scale}px`;
    $("zoom").textContent = `${Math.round(100 * scale)} %`;
    viewer.classList.toggle("scrolls", viewer.scrollWidth > viewer.clientWidth || viewer.scrollHeight > viewer.clientHeight);
    divide();
}

/** Puts the divider where the slider says: a share of what is seen, not of the whole picture. */
function divide() {
    const seen = viewer.getBoundingClientRect(), whole = sheet.getBoundingClientRect();
    const left = Math.max(seen.left, whole.left), right = Math.min(seen.left + viewer.clientWidth, whole.right);
    const at = left + split.value / 100 * (right - left);
    sheet.style.setProperty("--split", `${at - whole.left}px`);
    divider.style.setProperty("--at", `${at - seen.left}px`);
    split.setAttribute("aria-valuetext", `left ${split.value} % bicubic, the rest Dream.ML`);
}

/** Zooms, and keeps what is in the middle there. */
function zoomTo(value) {
    const old = zoom ?? fit();
    const center = [viewer.scrollLeft + viewer.clientWidth / 2, viewer.scrollTop + viewer.clientHeight / 2];
    zoom = value === null ? null : Math.min(largestZoom, Math.max(smallestZoom, value));
    lay();
    const ratio = (zoom ?? fit()) / old;
    viewer.scrollTo(center[0] * ratio - viewer.clientWidth / 2, center[1] * ratio - viewer.clientHeight / 2);
    divide();
}

/** Follows the pointer from where it is pressed until it is released. */
function drag(element, start) {
    element.addEventListener("pointerdown", down => {
        const move = start(down);
        if (!move)
            return;
        down.preventDefault();
        element.setPointerCapture(down.pointerId);
        element.addEventListener("pointermove", move);
        const end = () => {
            element.removeEventListener("pointermove", move);
            viewer.classList.remove("grabbed");
        };
        element.addEventListener("pointerup", end, { once: true });
        element.addEventListener("pointercancel", end, { once: true });
    });
}

drag(divider, () => move => {
    const seen = viewer.getBoundingClientRect(), whole = sheet.getBoundingClientRect();
    const left = Math.max(seen.left, whole.left), right = Math.min(seen.left + viewer.clientWidth, whole.right);
    split.value = 100 * (move.clientX - left) / (right - left);
    divide();
});
drag(viewer, down => {
    if (down.pointerType !== "mouse" || down.button !== 0 || !viewer.classList.contains("scrolls"))
        return null;
    viewer.classList.add("grabbed");
    viewer.focus({ preventScroll: true });
    const [x, y] = [down.clientX + viewer.scrollLeft, down.clientY + viewer.scrollTop];
    return move => viewer.scrollTo(x - move.clientX, y - move.clientY);
});
split.addEventListener("input", divide);
viewer.addEventListener("scroll", divide);
new ResizeObserver(lay).observe(viewer);
$("zoom-in").addEventListener("click", () => zoomTo((zoom ?? fit()) * step));
$("zoom-out").addEventListener("click", () => zoomTo((zoom ?? fit()) / step));
$("zoom-fit").addEventListener("click", () => zoomTo(null));
$("zoom-full").addEventListener("click", () => zoomTo(1));
