package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_ACCEPT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_ACCEPT4;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_RECVFROM;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_RECVMMSG;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_RECVMSG;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.event.ParameterType;
import io.tiercel.sensor.bpf.record.ParameterLocation;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code RECORD_FD} events: system calls on file descriptors. */
final class FdParameters implements ParameterSource {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final long SECOND = 1_000_000_000L;

    private final RecordView r;
    private final FdFields fd;
    private int eventType;

    FdParameters(RecordView r, FdFields fd) {
        this.r = r;
        this.fd = fd;
    }

    void reset(int type) {
        eventType = type;
    }

    @Override
    public long number(String name) {
        int index = EventTypes.parameterIndex(eventType, name);
        if (index < 0) {
            return FieldValues.ABSENT;
        }
        ParameterLocation.Argument location = SyscallTable.fdValue(r.syscall(), name);
        if (location != null) {
            long value = r.longAt(FD_VALUES + 8 * location.index());
            long number = toType(EventTypes.parameters(eventType).get(index).type(), value);
            return switch (location.table()) {
                case null -> number;
                case "open" -> FlagNames.encodeFdFlags((int) value);
                default -> FlagTable.named(location.table()).encode(number);
            };
        }
        return switch (name) {
            case "res", "fd" -> r.result();
            case "ino" -> r.longAt(FD_INO);
            case "source" -> r.longAt(FD_SOURCE);
            case "peer" -> r.longAt(FD_PEER);
            case "queuepct" -> percent(r.longAt(FD_VALUES + 8 * 4), r.longAt(FD_VALUES + 8 * 5));
            case "flags" -> 0;
            default -> FieldValues.ABSENT;
        };
    }

    @Override
    public @Nullable String text(String name) {
        return switch (name) {
            case "tuple" ->
                fd.kind().isOpen() && r.shortAt(FD_FAMILY) != 0 ? fd.socket().tuple(isIncoming()) : null;
            case "addr" -> {
                String address = SockAddr.format(r.textBytes(0));
                yield address.isEmpty() ? null : address;
            }
            case "name", "uargs", "attr" -> r.text(0);
            case "data" -> r.text(1);
            case "msgcontrol" -> r.text(2);
            case "val" -> optionValue();
            default -> null;
        };
    }

    @Override
    public @Nullable String absolute(String name) {
        return null;
    }

    @Override
    public String names(EventParameter parameter, long number) {
        ParameterLocation.Argument location = SyscallTable.fdValue(r.syscall(), parameter.name());
        String table = location == null ? null : location.table();
        if (table == null || number == FieldValues.ABSENT) {
            return "";
        }
        return table.equals("open")
                ? FlagNames.open(number)
                : table.equals("option") && r.longAt(FD_VALUES + 8) != SOL_SOCKET
                        ? ""
                        : FlagTable.named(table).names(number);
    }

    /** Returns true if the parameter is a number of the file that the record describes. */
    boolean isRecordFd(String parameter) {
        return switch (parameter) {
            case "fd", "res", "oldfd", "newfd", "fd1", "fd2", "out_fd" ->
                fd.kind().isOpen();
            default -> false;
        };
    }

    private boolean isIncoming() {
        return switch (r.syscall()) {
            case SYS_ACCEPT, SYS_ACCEPT4, SYS_RECVFROM, SYS_RECVMSG, SYS_RECVMMSG -> true;
            default -> false;
        };
    }

    /** Formats the value of a socket option: the name of an error, nanoseconds, a number, or bytes. */
    private @Nullable String optionValue() {
        byte[] bytes = r.textBytes(2);
        if (bytes.length == 0) {
            return null;
        }
        ByteBuffer value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean socketLevel = r.longAt(FD_VALUES + 8) == SOL_SOCKET;
        long option = r.longAt(FD_VALUES + 16);
        if (socketLevel && option == SO_ERROR && bytes.length == 4) {
            int error = value.getInt();
            return error == 0 ? "0" : FlagNames.errorName(error);
        }
        if (socketLevel && (option == SO_RCVTIMEO || option == SO_SNDTIMEO) && bytes.length == 16) {
            return Long.toString(value.getLong() * SECOND + value.getLong() * 1000);
        }
        return bytes.length == 4
                ? Integer.toString(value.getInt())
                : EventParameters.printable(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static long percent(long length, long limit) {
        return limit == 0 ? 0 : Math.min(100, length * 100 / limit);
    }

    /** Converts a 64-bit value to the width and sign of the parameter type. */
    private static long toType(ParameterType type, long value) {
        return switch (type) {
            case MODE -> value & 07777;
            case UINT8, FLAGS8 -> value & 0xff;
            case FLAGS16, UINT16 -> value & 0xffff;
            case UINT32, FLAGS32, ENUMFLAGS32 -> value & 0xffffffffL;
            case FD, INT32, PID, ERRNO, ENUMFLAGS8, ENUMFLAGS16 -> (int) value;
            default -> value;
        };
    }
}
