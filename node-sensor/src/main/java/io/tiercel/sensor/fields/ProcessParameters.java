package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.ProcessInfo;
import io.tiercel.sensor.process.Program;
import org.jspecify.annotations.Nullable;

/** Parameters of exec, clone, exit and container events. */
final class ProcessParameters implements ParameterSource {
    private static final long UINT32_MAX = 0xffffffffL;

    private final RecordView r;
    private @Nullable ProcessInfo process;

    ProcessParameters(RecordView r) {
        this.r = r;
    }

    void reset(@Nullable ProcessInfo current) {
        process = current;
    }

    @Override
    public long number(String name) {
        if (r.kind() == RECORD_EXIT) {
            return exitNumber(name);
        }
        ProcessInfo p = process;
        if (p == null || r.kind() == RECORD_CONTAINER) {
            return FieldValues.ABSENT;
        }
        return r.kind() == RECORD_CLONE ? cloneNumber(p, name) : execNumber(p, name);
    }

    @Override
    public @Nullable String text(String name) {
        if (name.equals("filename")) {
            return r.kind() == RECORD_EXEC ? r.text(2) : r.kind() == RECORD_EXEC_FAILED ? r.text(0) : null;
        }
        if (r.kind() == RECORD_CONTAINER) {
            return name.equals("json") ? r.text(1) : null;
        }
        ProcessInfo p = process;
        if (p == null || r.kind() == RECORD_EXIT) {
            return null;
        }
        return switch (name) {
            case "exe" -> p.program().exe();
            case "args" -> p.program().separatedArguments();
            case "cwd" -> p.isCwdDropped() ? null : p.cwd();
            case "comm" -> p.comm();
            case "env" -> p.program().environmentText();
            case "trusted_exepath" -> p.program().exePath();
            default -> null;
        };
    }

    @Override
    public @Nullable String absolute(String name) {
        if (!name.equals("filename")) {
            return text(name);
        }
        String path = text(name);
        return path == null || process == null ? path : PathStrings.absolute(process.cwd(), path);
    }

    @Override
    public String names(EventParameter parameter, long number) {
        return switch (r.kind()) {
            case RECORD_EXEC -> FlagNames.executable(number);
            case RECORD_CLONE -> FlagTable.named("clone").names(number);
            default -> "";
        };
    }

    private long execNumber(ProcessInfo p, String name) {
        return switch (name) {
            case "tty" -> p.tty() & UINT32_MAX;
            case "vpgid" -> p.vpgid();
            case "pgid" -> p.pgid();
            case "loginuid" -> p.loginuid() & UINT32_MAX;
            case "flags" -> executableFlags(p.program());
            case "cap_inheritable" -> p.capInheritable();
            case "cap_permitted" -> p.capPermitted();
            case "cap_effective" -> p.capEffective();
            case "exe_ino" -> p.program().exeIno();
            case "exe_ino_ctime" -> p.program().exeCtimeNanos();
            case "exe_ino_mtime" -> p.program().exeMtimeNanos();
            case "pgft_maj" -> r.kind() == RECORD_EXEC ? r.longAt(EXEC_MAJOR_FAULTS) : FieldValues.ABSENT;
            case "pgft_min" -> r.kind() == RECORD_EXEC ? r.longAt(EXEC_MINOR_FAULTS) : FieldValues.ABSENT;
            default -> threadNumber(p, name);
        };
    }

    private long cloneNumber(ProcessInfo p, String name) {
        return switch (name) {
            case "flags" -> FlagTable.named("clone").encode(r.longAt(CLONE_FLAGS));
            case "vtid" -> r.intAt(CLONE_VTID);
            case "vpid" -> r.intAt(CLONE_VPID);
            case "pgft_maj" -> r.longAt(CLONE_MAJOR_FAULTS);
            case "pgft_min" -> r.longAt(CLONE_MINOR_FAULTS);
            case "pidns_init_start_ts" -> p.pidnsStartNanos();
            default -> threadNumber(p, name);
        };
    }

    private long threadNumber(ProcessInfo p, String name) {
        return switch (name) {
            case "tid" -> r.tid();
            case "pid" -> r.tgid();
            case "ptid" -> p.parent() == null ? FieldValues.ABSENT : p.parent().pid();
            case "uid" -> p.uid() & UINT32_MAX;
            case "gid" -> p.gid() & UINT32_MAX;
            case "fdlimit" -> p.fdLimit();
            case "vm_size" -> p.vmSize() & UINT32_MAX;
            case "vm_rss" -> p.vmRss() & UINT32_MAX;
            case "vm_swap" -> p.vmSwap() & UINT32_MAX;
            default -> FieldValues.ABSENT;
        };
    }

    private long exitNumber(String name) {
        int status = r.intAt(EXIT_STATUS);
        return switch (name) {
            case "status" -> status;
            case "ret" -> (status & 0x7f) == 0 ? status >> 8 & 0xff : 0;
            case "sig" -> status & 0x7f;
            case "core" -> status >> 7 & 1;
            case "reaper_tid" -> r.intAt(EXIT_REAPER);
            default -> FieldValues.ABSENT;
        };
    }

    private static long executableFlags(Program program) {
        return (program.isExeWritable() ? 1 : 0)
                | ((program.fileBits() & FILE_UPPER_LAYER) != 0 ? 2 : 0)
                | (program.isFromMemory() ? 4 : 0)
                | ((program.fileBits() & FILE_LOWER_LAYER) != 0 ? 8 : 0);
    }
}
