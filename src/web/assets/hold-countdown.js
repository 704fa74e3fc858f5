// Says aloud when a hold is about to end, 60 and 20 seconds before; the pages work without it.
// It counts from the seconds the server stated, so a wrong clock of the device does no harm.
const hold = document.querySelector("[data-hold-seconds]");
if (hold instanceof HTMLElement) {
  const endsAtMs = performance.now() + Number(hold.dataset.holdSeconds) * 1000;
  const announcement = hold.querySelector("[data-hold-announcement]");
  const warnings = [
    [60, hold.dataset.holdText60],
    [20, hold.dataset.holdText20],
    [0, hold.dataset.holdTextOver],
  ];
  const say = (text) => {
    if (announcement && text) announcement.textContent = text;
  };
  for (const [secondsLeft, text] of warnings) {
    const delayMs = endsAtMs - secondsLeft * 1000 - performance.now();
    if (delayMs > 0) setTimeout(say, delayMs, text);
  }
}
