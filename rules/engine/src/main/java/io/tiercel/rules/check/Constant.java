package io.tiercel.rules.check;

import io.tiercel.rules.match.Glob;
import io.tiercel.rules.match.IpNetwork;
import io.tiercel.rules.match.PosixRegex;
import java.net.InetAddress;

/** A constant, converted to the type that its field and operator require. */
public sealed interface Constant {
    /** A byte string: decoded bytes for {@code bcontains 4142}, lower case for {@code icontains}. */
    record Text(String text) implements Constant {}

    /** A number, port, time or boolean. Unsigned numbers are stored in two's complement. */
    record Numeric(long value) implements Constant {}

    record Address(InetAddress address) implements Constant {}

    record Network(IpNetwork network) implements Constant {}

    record GlobPattern(Glob glob) implements Constant {}

    record Regex(PosixRegex regex) implements Constant {}
}
