// The fixture's sound: a WAV whose bursts are where the words are.

const RATE = 16000;


export function speech(sentences, length_ms) {
    const n = Math.round(length_ms * RATE / 1000);
    const pcm = new Int16Array(n);

    for (const s of sentences) {
        for (const [k, w] of s.words.entries()) {
            const from = Math.round(w.start_ms * RATE / 1000);
            const to = Math.min(n, Math.round(w.end_ms * RATE / 1000));
            const f = 110 + 40 * ((k * 7) % 5) + (s.speaker === 2 ? 70 : 0);

            for (let i = from; i < to; i++) {
                const t = (i - from) / (to - from);
                const loud = Math.sin(Math.PI * t) ** 0.7
                    * (0.45 + 0.4 * ((k * 13) % 7) / 7);

                pcm[i] = 14000 * loud * (Math.sin(2 * Math.PI * f * i / RATE)
                    + 0.4 * Math.sin(6 * Math.PI * f * i / RATE));
            }
        }
    }

    return { wav: wav(pcm), peaks: peaks(pcm) };
}


function wav(pcm) {
    const head = Buffer.alloc(44);
    const bytes = pcm.length * 2;

    head.write('RIFF', 0);
    head.writeUInt32LE(36 + bytes, 4);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(RATE, 24);
    head.writeUInt32LE(RATE * 2, 28);
    head.writeUInt16LE(2, 32);
    head.writeUInt16LE(16, 34);
    head.write('data', 36);
    head.writeUInt32LE(bytes, 40);

    return Buffer.concat([head, Buffer.from(pcm.buffer)]);
}


function peaks(pcm) {
    return Array.from({ length: 400 }, (_, i) => {
        let max = 0;

        for (let k = Math.floor(i * pcm.length / 400);
             k < Math.floor((i + 1) * pcm.length / 400); k++) {
            max = Math.max(max, Math.abs(pcm[k]));
        }

        return Math.round(max / 327.68);
    });
}


// Words of a text, one after the other, in sentences of two speakers.

export function spread(text) {
    let at = 200;
    const sentences = text.split(/(?<=[.?!])\s+/).filter(Boolean).map(
        (line, i) => {
            const start_ms = at;
            const words = line.split(/\s+/).map((word, k) => {
                const start = at;
                const end = at + 120 + word.length * 45;

                at = end + 60;
                return { text: word, start_ms: start, end_ms: end,
                         confidence: k % 6 === 5 ? 0.41 : 0.94 };
            });
            const end_ms = at - 60;

            at += 420;
            return { text: line, start_ms, end_ms, channel: 0,
                     speaker: i % 2 + 1, words };
        });

    return { sentences, length_ms: at };
}
