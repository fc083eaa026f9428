// The values of numbers in JSON texts.
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

// A number's text as digits × 10^exponent.
typedef struct decimal {
    uint64_t digits;
    int exponent;
    bool negative;
} decimal;

// False when the number has more digits, or a larger exponent, than the ways below can take.
static bool read_decimal(const uint8_t *text, size_t length, decimal *number) {
    const uint8_t *cursor = text, *end = text + length;
    uint64_t digits = 0;
    int exponent = 0;
    number->negative = *cursor == '-';
    if (number->negative) cursor++;
    const uint8_t *first = cursor;
    for (; cursor < end && (uint8_t)(*cursor - '0') < 10; cursor++) digits = digits * 10 + (*cursor - '0');
    ptrdiff_t count = cursor - first;
    if (cursor < end && *cursor == '.') {
        const uint8_t *fraction = ++cursor;
        for (; cursor < end && (uint8_t)(*cursor - '0') < 10; cursor++) digits = digits * 10 + (*cursor - '0');
        exponent = (int)(fraction - cursor);
        count += cursor - fraction;
    }
    // 10^19 - 1 is the largest number of nines that fits; leading zeros count too, which costs time only.
    if (count > 19) return false;
    if (cursor < end) {
        cursor++;
        bool negative = *cursor == '-';
        if (*cursor == '-' || *cursor == '+') cursor++;
        if (end - cursor > 4) return false;
        int power = 0;
        for (; cursor < end; cursor++) power = power * 10 + (*cursor - '0');
        exponent += negative ? -power : power;
    }
    number->digits = digits;
    number->exponent = exponent;
    return true;
}

// The double nearest to `bits` × 2^scale, where `inexact` says that the true value is a little above.
static double round_to_double(unsigned __int128 bits, bool inexact, int scale) {
    uint64_t high = (uint64_t)(bits >> 64);
    int shift = high != 0 ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)bits);
    bits <<= shift;
    // 64 bits of which the last one also stands for all below it round as the whole would.
    uint64_t top = (uint64_t)(bits >> 64) | ((uint64_t)bits != 0 || inexact);
    return ldexp((double)top, 64 - shift + scale);
}

enum { MAX_WHOLE_POWER = 19 };

// digits × 10^exponent in 128 bits, rounded once; `digits` is not 0, the exponent at most MAX_WHOLE_POWER either way.
static double scale_exactly(uint64_t digits, int exponent) {
    static const uint64_t powers[MAX_WHOLE_POWER + 1] = {
        1u,
        10u,
        100u,
        1000u,
        10000u,
        100000u,
        1000000u,
        10000000u,
        100000000u,
        1000000000u,
        10000000000u,
        100000000000u,
        1000000000000u,
        10000000000000u,
        100000000000000u,
        1000000000000000u,
        10000000000000000u,
        100000000000000000u,
        1000000000000000000u,
        10000000000000000000u,
    };
    if (exponent >= 0) return round_to_double((unsigned __int128)digits * powers[exponent], false, 0);
    // With its highest bit at the top the quotient has at least 64 bits.
    int shift = __builtin_clzll(digits);
    unsigned __int128 numerator = (unsigned __int128)(digits << shift) << 64;
    unsigned __int128 quotient = numerator / powers[-exponent];
    return round_to_double(quotient, numerator != quotient * powers[-exponent], -64 - shift);
}

// When digits and power of ten are exact as doubles, one operation rounds right (Clinger 1990); when they are exact as
// 64-bit integers, 128-bit arithmetic does. strtod decides about the rest.
double bridge_parse_number(const uint8_t *text, size_t length) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    decimal number;
    if (!read_decimal(text, length, &number)) return parse_slowly(text, length);
    double value;
    if (number.digits == 0) {
        value = 0;
    } else if (number.digits >> 53 == 0 && number.exponent >= -22 && number.exponent <= 22) {
        value = (double)number.digits;
        value = number.exponent < 0 ? value / powers[-number.exponent] : value * powers[number.exponent];
    } else if (number.exponent >= -MAX_WHOLE_POWER && number.exponent <= MAX_WHOLE_POWER) {
        value = scale_exactly(number.digits, number.exponent);
    } else {
        return parse_slowly(text, length);
    }
    return number.negative ? -value : value;
}
