// The values of strings in JSON texts.
#include "bridge_internal.h"

#include <string.h>

// The number of four hexadecimal digits, all at once: first each byte's digit, then pairs of them.
static inline uint32_t hex4(const uint8_t *text) {
    uint64_t word = 0;
    memcpy(&word, text, 4);
    uint32_t bytes = (uint32_t)bridge_little_endian(word);
    uint32_t digits = (bytes & 0x0F0F0F0Fu) + (bytes >> 6 & 0x01010101u) * 9;
    uint32_t pairs = (digits << 4 | digits >> 8) & 0x00FF00FFu;
    return (pairs & 0xFF) << 8 | pairs >> 16;
}

static size_t put_utf8(uint32_t scalar, uint8_t *output) {
    if (scalar < 0x80) {
        output[0] = (uint8_t)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        output[0] = (uint8_t)(0xC0 | scalar >> 6);
        output[1] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (scalar < 0x10000) {
        output[0] = (uint8_t)(0xE0 | scalar >> 12);
        output[1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
        output[2] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 3;
    }
    output[0] = (uint8_t)(0xF0 | scalar >> 18);
    output[1] = (uint8_t)(0x80 | (scalar >> 12 & 0x3F));
    output[2] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
    output[3] = (uint8_t)(0x80 | (scalar & 0x3F));
    return 4;
}

// Writes the scalar of the `\u` escape at `*text`, with the second half of a pair, and steps over it. A lone surrogate
// becomes U+FFFD.
static size_t unescape_unicode(const uint8_t **text, const uint8_t *end, uint8_t *output) {
    const uint8_t *escape = *text;
    uint32_t unit = hex4(escape + 2);
    *text += 6;
    if (unit >= 0xD800 && unit < 0xE000) {
        bool paired = unit < 0xDC00 && end - escape >= 12 && escape[6] == '\\' && escape[7] == 'u';
        uint32_t low = paired ? hex4(escape + 8) : 0;
        if (low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            *text += 6;
        } else {
            unit = 0xFFFD;
        }
    }
    return put_utf8(unit, output);
}

// The high bit of the first backslash in the word; bits above it mean nothing.
static inline uint64_t backslashes(uint64_t word) {
    uint64_t difference = word ^ 0x5C5C5C5C5C5C5C5Cu;
    return (difference - 0x0101010101010101u) & ~difference & 0x8080808080808080u;
}

// Copies up to the next backslash, or eight bytes, and says how many of those copied are before it. The word may reach
// over the end of the string, but not over `limit`.
static inline size_t copy_to_escape(const uint8_t *text, const uint8_t *end, const uint8_t *limit, uint8_t *output) {
    if (limit - text >= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        memcpy(output, &word, 8);
        uint64_t found = backslashes(bridge_little_endian(word));
        return found == 0 ? 8 : (size_t)__builtin_ctzll(found) / 8;
    }
    size_t plain = 0;
    for (; text + plain < end && text[plain] != '\\'; plain++) output[plain] = text[plain];
    return plain;
}

// The text was validated by the parser.
size_t bridge_unescape(const uint8_t *text, size_t length, const uint8_t *limit, uint8_t *output) {
    static const uint8_t letters[128] = {['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r',
                                         ['t'] = '\t', ['"'] = '"',  ['/'] = '/',  ['\\'] = '\\'};
    const uint8_t *end = text + length - 1; // the closing quote
    uint8_t *start = output;
    text++;
    for (;;) {
        size_t plain = copy_to_escape(text, end, limit, output);
        size_t left = (size_t)(end - text);
        if (plain >= left) return (size_t)(output - start) + left;
        text += plain;
        output += plain;
        if (plain == 8) continue;
        // Escapes often follow each other.
        do {
            if (text[1] == 'u') {
                output += unescape_unicode(&text, end, output);
            } else {
                *output++ = letters[text[1] & 127];
                text += 2;
            }
        } while (*text == '\\');
    }
}
