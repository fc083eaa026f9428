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

static void append_escape(encoder *encode, uint8_t byte) {
    char escape[8];
    const char *known = NULL;
    switch (byte) {
    case '"': known = "\\\""; break;
    case '\\': known = "\\\\"; break;
    case '\b': known = "\\b"; break;
    case '\f': known = "\\f"; break;
    case '\n': known = "\\n"; break;
    case '\r': known = "\\r"; break;
    case '\t': known = "\\t"; break;
    default:
        snprintf(escape, sizeof escape, "\\u%04x", byte);
        known = escape;
        break;
    }
    encoder_append(encode, known, strlen(known));
}

// Whether a byte of the word is not plain: a control character, a quote, a backslash or not ASCII. The tests may take a
// plain byte above such a byte for special too, which costs time only.
static inline uint64_t special_bytes(uint64_t word) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t quotes = word ^ (ones * '"'), slashes = word ^ (ones * '\\');
    return (word | (word - ones * 0x20) | (quotes - ones) | (slashes - ones)) & tops;
}

static inline uint64_t load8(const uint8_t *text) {
    uint64_t word;
    memcpy(&word, text, 8);
    return word;
}

static inline bool is_plain_byte(uint8_t byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

// Whether a whole string can be copied as it is; the last bytes are read in one overlapping word.
static inline bool is_plain(const uint8_t *text, size_t length) {
    if (length >= 8) {
        for (size_t index = 0; index + 8 < length; index += 8) {
            if (special_bytes(load8(text + index)) != 0) return false;
        }
        return special_bytes(load8(text + length - 8)) == 0;
    }
    if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, text, 4);
        memcpy(&last, text + length - 4, 4);
        return special_bytes((uint64_t)first << 32 | last) == 0;
    }
    for (size_t index = 0; index < length; index++) {
        if (!is_plain_byte(text[index])) return false;
    }
    return true;
}

// How many bytes from `text` on are plain.
static size_t count_plain(const uint8_t *text, size_t length) {
    size_t index = 0;
    while (index + 8 <= length && special_bytes(load8(text + index)) == 0) index += 8;
    while (index < length && is_plain_byte(text[index])) index++;
    return index;
}

static void write_special_string(encoder *encode, const uint8_t *text, size_t length) {
    encoder_append_byte(encode, '"');
    for (size_t index = 0; index < length;) {
        size_t plain = count_plain(text + index, length - index);
        encoder_append(encode, text + index, plain);
        index += plain;
        if (index == length) break;
        if (text[index] < 0x80) {
            append_escape(encode, text[index++]);
            continue;
        }
        size_t sequence = utf8_length(text + index, length - index);
        if (sequence == 0) {
            char message[128];
            snprintf(message, sizeof message,
                     "a string that is not UTF-8 (byte 0x%02X at position %zu) cannot be written as JSON", text[index],
                     index + 1);
            encoder_fail(encode, message);
        }
        encoder_append(encode, text + index, sequence);
        index += sequence;
    }
    encoder_append_byte(encode, '"');
}

void encoder_write_string(encoder *encode, const uint8_t *text, size_t length) {
    if (!is_plain(text, length)) {
        write_special_string(encode, text, length);
        return;
    }
    if (encode->length + length + 2 > encode->vm->output_capacity) encoder_grow(encode, length + 2);
    uint8_t *output = encode->vm->output + encode->length;
    output[0] = '"';
    memcpy(output + 1, text, length);
    output[length + 1] = '"';
    encode->length += length + 2;
}

static void write_integer(encoder *encode, lua_Integer value) {
    char digits[24];
    char *cursor = digits + sizeof digits;
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--cursor = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    if (value < 0) *--cursor = '-';
    encoder_append(encode, cursor, (size_t)(digits + sizeof digits - cursor));
}

void encoder_write_number(encoder *encode) {
    if (lua_isinteger(encode->L, -1)) {
        write_integer(encode, lua_tointeger(encode->L, -1));
        return;
    }
    double value = lua_tonumber(encode->L, -1);
    if (isnan(value)) encoder_fail(encode, "NaN is not a JSON number");
    if (isinf(value)) encoder_fail(encode, "infinity is not a JSON number");
    uint8_t digits[32];
    encoder_append(encode, digits, encode->vm->callbacks.format_number(value, digits));
}
