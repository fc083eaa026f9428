// Numbers and strings of JSON texts.
#define _GNU_SOURCE
#include "bridge_internal.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t bridge_parse_integer(const uint8_t *text, size_t length) {
    bool negative = text[0] == '-';
    uint64_t magnitude = 0;
    for (size_t index = negative ? 1 : 0; index < length; index++) magnitude = magnitude * 10 + (text[index] - '0');
    return negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
}

// The C locale: a script's os.setlocale must not change how JSON reads.
static locale_t c_locale(void) {
    static _Atomic(locale_t) shared;
    locale_t current = atomic_load(&shared);
    if (current != (locale_t)0) return current;
    locale_t fresh = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t expected = (locale_t)0;
    if (!atomic_compare_exchange_strong(&shared, &expected, fresh)) {
        freelocale(fresh);
        return expected;
    }
    return fresh;
}

static double parse_slowly(const uint8_t *text, size_t length) {
    char small[64];
    char *copy = length < sizeof small ? small : malloc(length + 1);
    if (copy == NULL) return NAN;
    memcpy(copy, text, length);
    copy[length] = 0;
    double value = strtod_l(copy, NULL, c_locale());
    if (copy != small) free(copy);
    return value;
}

// Exact when the digits fit 53 bits and the power of ten is itself exact (Clinger 1990); otherwise strtod decides.
double bridge_parse_number(const uint8_t *text, size_t length) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    size_t index = text[0] == '-' ? 1 : 0;
    uint64_t digits = 0;
    int digit_count = 0;
    int exponent = 0;
    bool fraction = false;
    for (; index < length; index++) {
        uint8_t byte = text[index];
        if (byte >= '0' && byte <= '9') {
            digits = digits * 10 + (byte - '0');
            if (digits != 0 && ++digit_count > 18) return parse_slowly(text, length);
            if (fraction) exponent--;
        } else if (byte == '.') {
            fraction = true;
        } else {
            break;
        }
    }
    if (index < length) {
        index++;
        bool negative = text[index] == '-';
        if (text[index] == '-' || text[index] == '+') index++;
        int power = 0;
        for (; index < length; index++) {
            if (power > 400) return parse_slowly(text, length);
            power = power * 10 + (text[index] - '0');
        }
        exponent += negative ? -power : power;
    }
    if (digits >> 53 != 0 || exponent < -22 || exponent > 22) {
        if (digits != 0) return parse_slowly(text, length);
        exponent = 0;
    }
    double value = (double)digits;
    value = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
    return text[0] == '-' ? -value : value;
}

static uint32_t hex4(const uint8_t *text) {
    uint32_t value = 0;
    for (int index = 0; index < 4; index++) {
        uint8_t byte = text[index];
        uint32_t digit = byte <= '9' ? byte - (uint32_t)'0' : (byte | 0x20u) - 'a' + 10u;
        value = value << 4 | digit;
    }
    return value;
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

// The text was validated by the parser; a lone surrogate becomes U+FFFD.
size_t bridge_unescape(const uint8_t *text, size_t length, uint8_t *output) {
    const uint8_t *end = text + length - 1; // the closing quote
    uint8_t *start = output;
    for (text++; text < end;) {
        const uint8_t *escape = memchr(text, '\\', (size_t)(end - text));
        size_t plain = (size_t)((escape != NULL ? escape : end) - text);
        memcpy(output, text, plain);
        output += plain;
        text += plain;
        if (escape == NULL) break;
        switch (text[1]) {
        case 'b': *output++ = '\b'; break;
        case 'f': *output++ = '\f'; break;
        case 'n': *output++ = '\n'; break;
        case 'r': *output++ = '\r'; break;
        case 't': *output++ = '\t'; break;
        case 'u': {
            uint32_t unit = hex4(text + 2);
            text += 4;
            if (unit >= 0xD800 && unit < 0xDC00 && end - text >= 8 && text[2] == '\\' && text[3] == 'u') {
                uint32_t low = hex4(text + 4);
                if (low >= 0xDC00 && low < 0xE000) {
                    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                    text += 6;
                }
            }
            if (unit >= 0xD800 && unit < 0xE000) unit = 0xFFFD;
            output += put_utf8(unit, output);
            break;
        }
        default: *output++ = text[1]; break;
        }
        text += 2;
    }
    return (size_t)(output - start);
}
