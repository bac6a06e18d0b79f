package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.SOCKET_IPV4;
import static io.tiercel.sensor.bpf.RecordLayout.SOCKET_IPV6;
import static io.tiercel.sensor.bpf.RecordLayout.SOCKET_NETLINK;
import static io.tiercel.sensor.bpf.RecordLayout.SOCKET_OTHER;
import static io.tiercel.sensor.bpf.RecordLayout.SOCKET_UNIX;
import static io.tiercel.sensor.bpf.RecordLayout.TRANSPORT_TCP;
import static io.tiercel.sensor.bpf.RecordLayout.TRANSPORT_UDP;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.field.Field;
import java.util.EnumMap;
import java.util.Map;

/** What the kind of a socket and its transport say. */
final class Sockets {
    private static final String NONE = "<NA>";

    private static final Facts IPV4 = facts("4", "ipv4", "ip");
    private static final Facts IPV6 = facts("6", "ipv6", "ip");
    private static final Facts UNIX = facts("u", "unix", "unix");
    private static final Facts NETLINK = facts("n", "netlink", Facts.ABSENT);
    private static final Facts OTHER = facts("o", NONE, Facts.ABSENT);

    private Sockets() {}

    /** Whether a check holds for a kind of socket; 0 is none, or one that is not known. */
    static Truth ofKind(int kind, CheckedExpr check) {
        return switch (kind) {
            case SOCKET_IPV4 -> IPV4.of(check);
            case SOCKET_IPV6 -> IPV6.of(check);
            case SOCKET_UNIX -> UNIX.of(check);
            case SOCKET_NETLINK -> NETLINK.of(check);
            case SOCKET_OTHER -> OTHER.of(check);
            default -> Truth.MAYBE;
        };
    }

    /** Whether it holds for a transport; 0 is one that is not known. */
    static Truth ofTransport(int transport, CheckedExpr check) {
        return switch (transport) {
            case TRANSPORT_TCP -> Facts.of(Map.of(Field.FD_L4PROTO, "tcp")).of(check);
            case TRANSPORT_UDP -> Facts.of(Map.of(Field.FD_L4PROTO, "udp")).of(check);
            default -> Truth.MAYBE;
        };
    }

    private static Facts facts(String letter, String type, Object family) {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        values.put(Field.FD_TYPECHAR, letter);
        values.put(Field.FD_TYPE, type);
        values.put(Field.FD_SOCKFAMILY, family);
        if (!family.equals("ip")) {
            values.put(Field.FD_L4PROTO, NONE);
            values.put(Field.FD_SPORT, Facts.ABSENT);
            values.put(Field.FD_SIP, Facts.ABSENT);
            values.put(Field.FD_SNET, Facts.ABSENT);
        }
        return Facts.of(values);
    }
}
