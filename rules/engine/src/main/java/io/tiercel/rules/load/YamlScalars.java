package io.tiercel.rules.load;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Decodes YAML scalars in the same way as Falco's YAML library: null, booleans and unsigned numbers. */
final class YamlScalars {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern UNSIGNED = Pattern.compile(
            "\\+?(?:0[xX](?<hex>[0-9a-fA-F]{1,8})" + "|0(?<octal>[0-7]{1,11})|(?<decimal>0|[1-9][0-9]{0,9}))");

    private YamlScalars() {}

    static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && NULLS.contains(scalar.getValue());
    }

    /** Parses a boolean in lower case, capitalized or upper case. */
    static Optional<Boolean> bool(String text) {
        boolean flexibleCase = text.equals(text.toLowerCase(Locale.ROOT))
                || text.equals(text.toUpperCase(Locale.ROOT))
                || text.equals(capitalized(text));
        if (!flexibleCase) {
            return Optional.empty();
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "y" -> Optional.of(true);
            case "false", "no", "off", "n" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Parses an unsigned 32-bit number: decimal, hexadecimal with {@code 0x}, or octal with {@code 0}. */
    static OptionalLong unsigned32(String text) {
        Matcher matcher = UNSIGNED.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long value;
        if (matcher.group("hex") != null) {
            value = Long.parseLong(matcher.group("hex"), 16);
        } else if (matcher.group("octal") != null) {
            value = Long.parseLong(matcher.group("octal"), 8);
        } else {
            value = Long.parseLong(matcher.group("decimal"));
        }
        return value > 0xFFFF_FFFFL ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static String capitalized(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }
}
