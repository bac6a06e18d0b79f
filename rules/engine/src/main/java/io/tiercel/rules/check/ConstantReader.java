package io.tiercel.rules.check;

import io.tiercel.rules.check.ConditionCheckException.Kind;
import io.tiercel.rules.condition.Literal;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.match.AsciiCase;
import io.tiercel.rules.match.Glob;
import io.tiercel.rules.match.IpAddressParser;
import io.tiercel.rules.match.IpNetwork;
import io.tiercel.rules.match.PosixRegex;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HexFormat;

/** Converts constants to the type of the value with which they are compared. */
final class ConstantReader {
    /** Maximum length of a text or byte constant, in bytes. */
    private static final int LENGTH_LIMIT = 255;

    private static final BigInteger MAX_UINT64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    Constant read(ValueSource source, Operator operator, Literal value) throws ConditionCheckException {
        return switch (source.type()) {
            case TEXT, PATH -> text(source, operator, value);
            case BYTES -> bytes(operator, value);
            case INT64 -> new Constant.Numeric(signed(value));
            case UINT64, TIME, DOUBLE -> new Constant.Numeric(unsigned(value));
            case UINT32 -> new Constant.Numeric(unsigned32(value));
            case PORT -> new Constant.Numeric(port(value));
            case BOOLEAN -> new Constant.Numeric(bool(value));
            case ADDRESS -> new Constant.Address(address(value));
            case NETWORK -> new Constant.Network(network(value));
        };
    }

    private Constant text(ValueSource source, Operator operator, Literal value) throws ConditionCheckException {
        String text = limited(value);
        if (text.indexOf('\0') >= 0) {
            throw bad(value, "a text constant must not contain the byte \\x00");
        }
        if (source instanceof ValueSource.FieldValue field) {
            if (isEventType(field.ref().field()) && EventTypes.code(text) < 0) {
                throw new ConditionCheckException(
                        Kind.UNKNOWN_EVENT_TYPE, value.offset(), "unknown event type " + value.unicode());
            }
        }
        return switch (operator) {
            case GLOB -> new Constant.GlobPattern(Glob.of(text, false));
            case IGLOB -> new Constant.GlobPattern(Glob.of(text, true));
            case ICONTAINS -> new Constant.Text(AsciiCase.lower(text));
            case REGEX -> new Constant.Regex(regex(value));
            default -> new Constant.Text(text);
        };
    }

    static boolean isEventType(Field field) {
        return field == Field.EVT_TYPE || field == Field.SYSCALL_TYPE;
    }

    private static PosixRegex regex(Literal value) throws ConditionCheckException {
        try {
            return PosixRegex.of(value.unicode());
        } catch (IllegalArgumentException e) {
            throw bad(value, String.valueOf(e.getMessage()));
        }
    }

    private static Constant bytes(Operator operator, Literal value) throws ConditionCheckException {
        String text = limited(value);
        if (operator != Operator.BCONTAINS && operator != Operator.BSTARTSWITH) {
            return new Constant.Text(text);
        }
        try {
            return new Constant.Text(ByteText.ofBytes(HexFormat.of().parseHex(text)));
        } catch (IllegalArgumentException e) {
            throw bad(value, operator.text() + " requires an even number of hexadecimal digits");
        }
    }

    private static String limited(Literal value) throws ConditionCheckException {
        if (value.text().length() > LENGTH_LIMIT) {
            throw bad(value, "the constant has " + value.text().length() + " bytes; the maximum is " + LENGTH_LIMIT);
        }
        return value.text();
    }

    private static BigInteger integer(Literal value) throws ConditionCheckException {
        String text = value.text();
        String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (digits.isEmpty() || digits.length() > 20 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad(value, "'" + value.unicode() + "' is not a decimal number");
        }
        return new BigInteger(text);
    }

    private static long signed(Literal value) throws ConditionCheckException {
        BigInteger number = integer(value);
        if (number.bitLength() > 63) {
            throw bad(value, number + " does not fit in 64 bits");
        }
        return number.longValue();
    }

    private static long unsigned(Literal value) throws ConditionCheckException {
        BigInteger number = integer(value);
        if (number.compareTo(MAX_UINT64) > 0 || number.bitLength() > 64) {
            throw bad(value, number + " does not fit in 64 bits");
        }
        return number.longValue();
    }

    /** Converts a negative constant to its two's complement, so that {@code user.uid = -1} matches the unset id. */
    private static long unsigned32(Literal value) throws ConditionCheckException {
        BigInteger number = integer(value);
        if (number.bitLength() > 32) {
            throw bad(value, number + " does not fit in 32 bits");
        }
        return number.longValue() & 0xffff_ffffL;
    }

    private static long port(Literal value) throws ConditionCheckException {
        String text = value.text();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return unsigned(value) & 0xffff;
        }
        int port = ServicePorts.port(text);
        if (port < 0) {
            throw bad(value, "'" + value.unicode() + "' is not a port number or a known service name such as https");
        }
        return port;
    }

    private static long bool(Literal value) throws ConditionCheckException {
        return switch (value.text()) {
            case "true" -> 1;
            case "false" -> 0;
            default -> throw bad(value, "'" + value.unicode() + "' is not a boolean; write true or false");
        };
    }

    private static InetAddress address(Literal value) throws ConditionCheckException {
        InetAddress address = IpAddressParser.parse(value.text());
        if (address == null) {
            throw bad(
                    value,
                    "'" + value.unicode()
                            + "' is not an IP address; to compare with a network, use a field such as fd.snet");
        }
        return address;
    }

    private static IpNetwork network(Literal value) throws ConditionCheckException {
        IpNetwork network = IpNetwork.parse(value.text());
        if (network == null) {
            throw bad(value, "'" + value.unicode() + "' is not a network such as 10.0.0.0/8 or 2001:db8::/32");
        }
        return network;
    }

    private static ConditionCheckException bad(Literal value, String message) {
        return new ConditionCheckException(Kind.BAD_CONSTANT, value.offset(), message);
    }
}
