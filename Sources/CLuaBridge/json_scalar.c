// Strings and numbers as JSON text.
#include "json_encoder.h"

#include <math.h>
#include <stdio.h>

// The length of the UTF-8 sequence at `text` (RFC 3629: no overlong forms, no surrogates), 0 when it is not one.
static size_t utf8_length(const uint8_t *text, size_t available) {
    uint8_t first = text[0];
    if (first < 0x80) return 1;
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || available < length) return 0;
    for (size_t index = 1; index < length; index++) {
        if ((text[index] & 0xC0) != 0x80) return 0;
    }
    if (first == 0xE0 && text[1] < 0xA0) return 0;
    if (first == 0xED && text[1] > 0x9F) return 0;
    if (first == 0xF0 && text[1] < 0x90) return 0;
    if (first == 0xF4 && text[1] > 0x8F) return 0;
    return length;
}

// Whether a byte of the word is not plain: a control character, a quote, a backslash or not ASCII. Its high bit is set;
// bits above the lowest one set mean nothing.
static inline uint64_t special_bytes(uint64_t word) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t quotes = word ^ (ones * '"'), slashes = word ^ (ones * '\\');
    return (word | (word - ones * 0x20) | (quotes - ones) | (slashes - ones)) & tops;
}

static inline bool is_plain(uint8_t byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

// Copies eight bytes and says how many of them from the first on are plain.
static inline size_t copy_word(uint8_t *output, const uint8_t *text) {
    uint64_t word;
    memcpy(&word, text, 8);
    memcpy(output, &word, 8);
    uint64_t special = special_bytes(bridge_little_endian(word));
    return special == 0 ? 8 : (size_t)__builtin_ctzll(special) / 8;
}

typedef int8_t block __attribute__((vector_size(16)));

// Copies sixteen bytes and says whether all are plain: as signed numbers, those beyond ASCII are below 0x20 too.
static inline bool copy_plain_block(uint8_t *output, const uint8_t *text) {
    block bytes;
    memcpy(&bytes, text, sizeof bytes);
    memcpy(output, &bytes, sizeof bytes);
    block special = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
    uint64_t halves[2];
    memcpy(halves, &special, sizeof special);
    return (halves[0] | halves[1]) == 0;
}

// Copies the plain bytes from the first on, as far as large steps go, and says how many they are.
static inline size_t copy_plain_blocks(uint8_t *output, const uint8_t *text, size_t length) {
    size_t done = 0;
    while (length - done > sizeof(block)) {
        if (!copy_plain_block(output + done, text + done)) return done;
        done += sizeof(block);
    }
    // The rest in a block that overlaps the one before.
    size_t last = length - sizeof(block);
    return copy_plain_block(output + last, text + last) ? length : done;
}

// Copies a text whose bytes are all plain; otherwise says how many bytes of it are copied for sure.
static inline size_t copy_plain(uint8_t *output, const uint8_t *text, size_t length) {
    if (length >= sizeof(block)) return copy_plain_blocks(output, text, length);
    if (length >= 8) {
        size_t plain = copy_word(output, text);
        if (plain < 8) return plain;
        return length - 8 + copy_word(output + length - 8, text + length - 8);
    }
    if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, text, 4);
        memcpy(&last, text + length - 4, 4);
        memcpy(output, &first, 4);
        memcpy(output + length - 4, &last, 4);
        return special_bytes((uint64_t)first << 32 | last) == 0 ? length : 0;
    }
    size_t done = 0;
    for (; done < length && is_plain(text[done]); done++) output[done] = text[done];
    return done;
}

enum { ESCAPE_MAX_BYTES = 6 };

static size_t put_escape(uint8_t *output, uint8_t byte) {
    static const uint8_t letters[128] = {['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
                                         ['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't'};
    output[0] = '\\';
    output[1] = letters[byte];
    if (output[1] != 0) return 2;
    memcpy(output + 1, "u00", 3);
    output[4] = (uint8_t)('0' + (byte >> 4));
    output[5] = (uint8_t)"0123456789abcdef"[byte & 15];
    return ESCAPE_MAX_BYTES;
}

static void fail_utf8(encoder *encode, const uint8_t *text, size_t index) {
    char message[128];
    snprintf(message, sizeof message,
             "a string that is not UTF-8 (byte 0x%02X at position %zu) cannot be written as JSON", text[index],
             index + 1);
    encoder_fail(encode, message);
}

// Room is asked for this much text at once: six times as much, should all of it be escapes.
enum { PART_BYTES = 512, WORD_SLACK = 8 };

// Writes the text from `index` on.
static void write_special(encoder *encode, const uint8_t *text, size_t length, size_t index) {
    while (index < length) {
        size_t part_end = length - index > PART_BYTES ? index + PART_BYTES : length;
        uint8_t *start = encoder_reserve(encode, (part_end - index) * ESCAPE_MAX_BYTES + WORD_SLACK);
        uint8_t *output = start;
        while (index < part_end) {
            uint8_t byte = text[index];
            if (is_plain(byte)) {
                size_t plain = 1;
                if (length - index >= 8) {
                    plain = copy_word(output, text + index);
                } else {
                    *output = byte;
                }
                output += plain;
                index += plain;
            } else if (byte < 0x80) {
                output += put_escape(output, byte);
                index++;
            } else {
                size_t sequence = utf8_length(text + index, length - index);
                if (sequence == 0) fail_utf8(encode, text, index);
                memcpy(output, text + index, sequence);
                output += sequence;
                index += sequence;
            }
        }
        encode->cursor += (size_t)(output - start);
    }
}

void encoder_write_string(encoder *encode, const uint8_t *text, size_t length) {
    uint8_t *output = encoder_reserve(encode, length + 2);
    output[0] = '"';
    size_t plain = copy_plain(output + 1, text, length);
    encode->cursor += 1 + plain;
    if (plain < length) {
        write_special(encode, text, length, plain);
        encoder_append_byte(encode, '"');
    } else {
        output[1 + length] = '"';
        encode->cursor++;
    }
}

void encoder_write_name(encoder *encode, char before, const char *name, size_t length) {
    const uint8_t *text = (const uint8_t *)name;
    uint8_t *output = encoder_reserve(encode, length + 4);
    output[0] = (uint8_t)before;
    output[1] = '"';
    size_t plain = copy_plain(output + 2, text, length);
    encode->cursor += 2 + plain;
    if (plain < length) {
        write_special(encode, text, length, plain);
        encoder_append(encode, "\":", 2);
    } else {
        output[length + 2] = '"';
        output[length + 3] = ':';
        encode->cursor += 2;
    }
}

enum { INTEGER_MAX_BYTES = 20, NUMBER_MAX_BYTES = 32 };

static size_t put_integer(uint8_t *output, lua_Integer value) {
    uint8_t digits[INTEGER_MAX_BYTES];
    uint8_t *end = digits + sizeof digits, *cursor = end;
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--cursor = (uint8_t)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    if (value < 0) *--cursor = '-';
    memcpy(output, cursor, (size_t)(end - cursor));
    return (size_t)(end - cursor);
}

void encoder_write_number(encoder *encode, int index) {
    uint8_t *output = encoder_reserve(encode, NUMBER_MAX_BYTES);
    if (lua_isinteger(encode->L, index)) {
        encode->cursor += put_integer(output, lua_tointeger(encode->L, index));
        return;
    }
    double value = lua_tonumber(encode->L, index);
    if (isnan(value)) encoder_fail(encode, "NaN is not a JSON number");
    if (isinf(value)) encoder_fail(encode, "infinity is not a JSON number");
    encode->cursor += encode->vm->callbacks.format_number(value, output);
}
