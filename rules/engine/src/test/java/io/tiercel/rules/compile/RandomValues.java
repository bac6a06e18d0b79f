package io.tiercel.rules.compile;

import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** A small set of values, so that conditions often match events. */
final class RandomValues {
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "bash",
            "BaSh",
            "/",
            "/etc",
            "/etc/passwd",
            "/etc/pass",
            "/usr/bin/bash",
            "-a x",
            "YmFzaA==",
            "caf\u00c3\u00a9",
            "open",
            "openat",
            "execve",
            "AB",
            "4142");

    private static final List<String> PATTERNS =
            List.of("*", "/etc/*", "?", "[a-b]*", "*BASH*", "/etc/[!x]asswd", "", "[[:alpha:]]*");

    private static final List<String> EXPRESSIONS = List.of("", ".*", "^/etc/.*", "b[a-z]+h", "(a|bash)", "open(at)?");

    private static final List<String> NUMBERS =
            List.of("0", "1", "2", "443", "-1", "4294967295", "9223372036854775807");

    private static final List<String> ADDRESSES = List.of("127.0.0.1", "10.1.2.3", "10.1.2.4", "::1", "2001:db8::1");

    private static final List<String> NETWORKS = List.of("127.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "2001:db8::/32");

    private static final List<String> HEX = List.of("4142", "2f", "00", "6261");

    private RandomValues() {}

    static <T> T one(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Returns a constant for an operator on this type, as written in a rule. */
    static String constant(Random random, String operator, FieldType type) {
        String value = switch (operator) {
            case "glob", "iglob" -> one(random, PATTERNS);
            case "regex" -> one(random, EXPRESSIONS);
            case "bcontains", "bstartswith" -> one(random, HEX);
            case "pmatch" -> random.nextBoolean() ? one(random, PATTERNS) : one(random, TEXTS);
            default ->
                switch (type) {
                    case TEXT, PATH, BYTES -> one(random, TEXTS);
                    case ADDRESS -> one(random, ADDRESSES);
                    case NETWORK -> one(random, NETWORKS);
                    case BOOLEAN -> random.nextBoolean() ? "true" : "false";
                    case PORT -> random.nextInt(4) == 0 ? "https" : one(random, NUMBERS);
                    case INT64, UINT64, UINT32, TIME, DOUBLE -> one(random, NUMBERS);
                };
        };
        boolean bare = operator.startsWith("<") || operator.startsWith(">");
        return bare ? value : "\"" + value + "\"";
    }

    static String text(Random random) {
        return one(random, TEXTS);
    }

    static long number(Random random, FieldType type) {
        return switch (type) {
            case BOOLEAN -> random.nextInt(2);
            case PORT -> List.of(0L, 1L, 443L, 65535L).get(random.nextInt(4));
            default -> Long.parseLong(one(random, NUMBERS));
        };
    }

    static InetAddress address(Random random) {
        return Objects.requireNonNull(IpAddressParser.parse(one(random, ADDRESSES)));
    }
}
