package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_IPV4;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_IPV6;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_NETLINK;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_OTHER;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_UNIX;
import static io.tiercel.sensor.bpf.record.RecordLayout.TRANSPORT_TCP;
import static io.tiercel.sensor.bpf.record.RecordLayout.TRANSPORT_UDP;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.field.Field;
import java.util.EnumMap;
import java.util.Map;

/** Evaluates checks when only the socket family or the transport protocol is known. */
final class SocketAttributes {
    private static final String NOT_AVAILABLE = "<NA>";

    private static final PartialEvent IPV4 = event("4", "ipv4", "ip");
    private static final PartialEvent IPV6 = event("6", "ipv6", "ip");
    private static final PartialEvent UNIX = event("u", "unix", "unix");
    private static final PartialEvent NETLINK = event("n", "netlink", PartialEvent.ABSENT);
    private static final PartialEvent OTHER = event("o", NOT_AVAILABLE, PartialEvent.ABSENT);

    private SocketAttributes() {}

    /** Evaluates a check for a socket family. The value 0 means an unknown family. */
    static Tristate evaluateFamily(int family, CheckedExpr check) {
        return switch (family) {
            case SOCKET_IPV4 -> IPV4.evaluate(check);
            case SOCKET_IPV6 -> IPV6.evaluate(check);
            case SOCKET_UNIX -> UNIX.evaluate(check);
            case SOCKET_NETLINK -> NETLINK.evaluate(check);
            case SOCKET_OTHER -> OTHER.evaluate(check);
            default -> Tristate.UNKNOWN;
        };
    }

    /** Evaluates a check for a transport protocol. The value 0 means an unknown protocol. */
    static Tristate evaluateTransport(int transport, CheckedExpr check) {
        return switch (transport) {
            case TRANSPORT_TCP ->
                PartialEvent.of(Map.of(Field.FD_L4PROTO, "tcp")).evaluate(check);
            case TRANSPORT_UDP ->
                PartialEvent.of(Map.of(Field.FD_L4PROTO, "udp")).evaluate(check);
            default -> Tristate.UNKNOWN;
        };
    }

    private static PartialEvent event(String letter, String type, Object family) {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        values.put(Field.FD_TYPECHAR, letter);
        values.put(Field.FD_TYPE, type);
        values.put(Field.FD_SOCKFAMILY, family);
        if (!family.equals("ip")) {
            values.put(Field.FD_L4PROTO, NOT_AVAILABLE);
            values.put(Field.FD_SPORT, PartialEvent.ABSENT);
            values.put(Field.FD_SIP, PartialEvent.ABSENT);
            values.put(Field.FD_SNET, PartialEvent.ABSENT);
        }
        return PartialEvent.of(values);
    }
}
