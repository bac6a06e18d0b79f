package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.CALL_ARGUMENTS;

import io.tiercel.sensor.bpf.RecordView;
import org.jspecify.annotations.Nullable;

/** Parameters of quotactl, which mean something else for each command (quotactl(2)). */
final class QuotactlParameters {
    private static final int TYPE_BITS = 8;
    private static final int Q_QUOTAON = 0x800002;
    private static final int Q_GETFMT = 0x800004;
    private static final int Q_GETINFO = 0x800005;
    private static final int Q_SETINFO = 0x800006;
    private static final int Q_GETQUOTA = 0x800007;
    private static final int Q_SETQUOTA = 0x800008;
    private static final int PATH = 1;
    private static final int MEMORY = 2;
    private static final long SECOND = 1_000_000_000L;

    private final RecordView r;

    QuotactlParameters(RecordView r) {
        this.r = r;
    }

    /** The file of Q_QUOTAON; empty for other commands. */
    @Nullable
    String path() {
        return command() == Q_QUOTAON ? r.text(PATH) : "";
    }

    long number(String name) {
        return switch (name) {
            case "cmd" -> FlagTable.named("quotactl_cmd").encode(command());
            case "type" -> FlagTable.named("quotactl_type").encode(argument(0) & (1 << TYPE_BITS) - 1);
            case "id" -> command() == Q_GETQUOTA || command() == Q_SETQUOTA ? argument(2) & 0xffffffffL : 0;
            case "quota_fmt" -> command() == Q_QUOTAON ? argument(2) & 0xff : 0;
            case "quota_fmt_out" -> command() == Q_GETFMT && r.result() >= 0 ? r.textNumber(MEMORY, 0, 4) : 0;
            case "dqb_bhardlimit" -> limit(0);
            case "dqb_bsoftlimit" -> limit(8);
            case "dqb_curspace" -> limit(16);
            case "dqb_ihardlimit" -> limit(24);
            case "dqb_isoftlimit" -> limit(32);
            case "dqb_btime" -> limit(48) * SECOND;
            case "dqb_itime" -> limit(56) * SECOND;
            case "dqi_bgrace" -> information(0, 8) * SECOND;
            case "dqi_igrace" -> information(8, 8) * SECOND;
            case "dqi_flags" -> information(16, 4);
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

    /** A member of struct dqblk; 0 for commands that have none. */
    private long limit(int offset) {
        boolean has = command() == Q_SETQUOTA || command() == Q_GETQUOTA && r.result() >= 0;
        return has ? r.textNumber(MEMORY, offset, 8) : 0;
    }

    /** A member of struct dqinfo. */
    private long information(int offset, int size) {
        boolean has = command() == Q_SETINFO || command() == Q_GETINFO && r.result() >= 0;
        return has ? r.textNumber(MEMORY, offset, size) : 0;
    }

    private int command() {
        return (int) argument(0) >>> TYPE_BITS;
    }

    private long argument(int index) {
        return r.longAt(CALL_ARGUMENTS + 8 * index);
    }
}
