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
final class SocketAttributes {
    private static final String NONE = "<NA>";

    private static final PartialEvent IPV4 = facts("4", "ipv4", "ip");
    private static final PartialEvent IPV6 = facts("6", "ipv6", "ip");
    private static final PartialEvent UNIX = facts("u", "unix", "unix");
    private static final PartialEvent NETLINK = facts("n", "netlink", PartialEvent.ABSENT);
    private static final PartialEvent OTHER = facts("o", NONE, PartialEvent.ABSENT);

    private SocketAttributes() {}

    /** Whether a check holds for a kind of socket; 0 is none, or one that is not known. */
    static Tristate ofKind(int kind, CheckedExpr check) {
        return switch (kind) {
            case SOCKET_IPV4 -> IPV4.of(check);
            case SOCKET_IPV6 -> IPV6.of(check);
            case SOCKET_UNIX -> UNIX.of(check);
            case SOCKET_NETLINK -> NETLINK.of(check);
            case SOCKET_OTHER -> OTHER.of(check);
            default -> Tristate.MAYBE;
        };
    }

    /** Whether it holds for a transport; 0 is one that is not known. */
    static Tristate ofTransport(int transport, CheckedExpr check) {
        return switch (transport) {
            case TRANSPORT_TCP ->
                PartialEvent.of(Map.of(Field.FD_L4PROTO, "tcp")).of(check);
            case TRANSPORT_UDP ->
                PartialEvent.of(Map.of(Field.FD_L4PROTO, "udp")).of(check);
            default -> Tristate.MAYBE;
        };
    }

    private static PartialEvent facts(String letter, String type, Object family) {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        values.put(Field.FD_TYPECHAR, letter);
        values.put(Field.FD_TYPE, type);
        values.put(Field.FD_SOCKFAMILY, family);
        if (!family.equals("ip")) {
            values.put(Field.FD_L4PROTO, NONE);
            values.put(Field.FD_SPORT, PartialEvent.ABSENT);
            values.put(Field.FD_SIP, PartialEvent.ABSENT);
            values.put(Field.FD_SNET, PartialEvent.ABSENT);
        }
        return PartialEvent.of(values);
    }
}
