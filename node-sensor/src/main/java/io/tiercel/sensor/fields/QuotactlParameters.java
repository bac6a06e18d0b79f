package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.SYSCALL_ARGUMENTS;

import io.tiercel.sensor.bpf.record.RecordView;
import org.jspecify.annotations.Nullable;

/** Parameters of quotactl. Their meaning depends on the command (quotactl(2)). */
final class QuotactlParameters {
    private static final int TYPE_BITS = 8;
    private static final int Q_QUOTAON = 0x800002;
    private static final int Q_GETFMT = 0x800004;
    private static final int Q_GETINFO = 0x800005;
    private static final int Q_SETINFO = 0x800006;
    private static final int Q_GETQUOTA = 0x800007;
    private static final int Q_SETQUOTA = 0x800008;
    private static final int PATH_TEXT = 1;
    private static final int STRUCT_TEXT = 2;
    private static final long SECOND = 1_000_000_000L;

    private final RecordView r;

    QuotactlParameters(RecordView r) {
        this.r = r;
    }

    /** Returns the quota file of Q_QUOTAON; empty for other commands. */
    @Nullable
    String path() {
        return command() == Q_QUOTAON ? r.text(PATH_TEXT) : "";
    }

    long number(String name) {
        return switch (name) {
            case "cmd" -> FlagTable.named("quotactl_cmd").encode(command());
            case "type" -> FlagTable.named("quotactl_type").encode(argument(0) & (1 << TYPE_BITS) - 1);
            case "id" -> command() == Q_GETQUOTA || command() == Q_SETQUOTA ? argument(2) & 0xffffffffL : 0;
            case "quota_fmt" -> command() == Q_QUOTAON ? argument(2) & 0xff : 0;
            case "quota_fmt_out" -> command() == Q_GETFMT && r.result() >= 0 ? r.textNumber(STRUCT_TEXT, 0, 4) : 0;
            case "dqb_bhardlimit" -> dqblk(0);
            case "dqb_bsoftlimit" -> dqblk(8);
            case "dqb_curspace" -> dqblk(16);
            case "dqb_ihardlimit" -> dqblk(24);
            case "dqb_isoftlimit" -> dqblk(32);
            case "dqb_btime" -> dqblk(48) * SECOND;
            case "dqb_itime" -> dqblk(56) * SECOND;
            case "dqi_bgrace" -> dqinfo(0, 8) * SECOND;
            case "dqi_igrace" -> dqinfo(8, 8) * SECOND;
            case "dqi_flags" -> dqinfo(16, 4);
            default -> FieldValues.ABSENT;
        };
    }

    String names(String name, long number) {
        return switch (name) {
            case "cmd", "type" -> FlagTable.named("quotactl_" + name).names(number);
            case "quota_fmt", "quota_fmt_out" ->
                FlagTable.named("quotactl_format").names(number);
            default -> "";
        };
    }

    /** Returns a member of struct dqblk; 0 if the command does not use it. */
    private long dqblk(int offset) {
        boolean used = command() == Q_SETQUOTA || command() == Q_GETQUOTA && r.result() >= 0;
        return used ? r.textNumber(STRUCT_TEXT, offset, 8) : 0;
    }

    /** Returns a member of struct dqinfo; 0 if the command does not use it. */
    private long dqinfo(int offset, int size) {
        boolean used = command() == Q_SETINFO || command() == Q_GETINFO && r.result() >= 0;
        return used ? r.textNumber(STRUCT_TEXT, offset, size) : 0;
    }

    private int command() {
        return (int) argument(0) >>> TYPE_BITS;
    }

    private long argument(int index) {
        return r.longAt(SYSCALL_ARGUMENTS + 8 * index);
    }
}
