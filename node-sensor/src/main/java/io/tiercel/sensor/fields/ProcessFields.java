package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.FILE_LOWER_LAYER;
import static io.tiercel.sensor.bpf.record.RecordLayout.FILE_UPPER_LAYER;

import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import io.tiercel.sensor.process.ProcessLeaders;
import io.tiercel.sensor.users.UserTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values of the {@code proc.}, {@code thread.}, {@code user.} and {@code group.} fields. */
final class ProcessFields {
    private static final int MAX_ANCESTORS = 64;
    private static final int MAX_ANCESTORS_FOR_VARIABLE = 20;
    private static final int UNSET = -1;
    private static final long UINT32_MAX = 0xffffffffL;

    private final RecordView r;
    private final UserTable users;
    private final ProcessLeaders leaders;
    private final EventContext context;
    private @Nullable ProcessInfo process;

    ProcessFields(RecordView r, NodeState state, EventContext context) {
        this.r = r;
        this.users = state.users();
        this.leaders = new ProcessLeaders(state);
        this.context = context;
    }

    void reset(@Nullable ProcessInfo process) {
        this.process = process;
    }

    /** Returns the text; null if the field is absent. */
    @Nullable
    String text(FieldRef ref) {
        ProcessInfo p = process;
        if (p == null) {
            return null;
        }
        return switch (ref.field()) {
            case PROC_NAME -> p.comm();
            case PROC_STDIN_TYPE -> p.standardFds().type(0);
            case PROC_STDIN_NAME -> p.standardFds().name(0);
            case PROC_STDOUT_TYPE -> p.standardFds().type(1);
            case PROC_STDOUT_NAME -> p.standardFds().name(1);
            case PROC_STDERR_TYPE -> p.standardFds().type(2);
            case PROC_STDERR_NAME -> p.standardFds().name(2);
            case PROC_EXE -> p.program().exe();
            case PROC_EXEPATH -> p.program().exePath();
            case PROC_EXEPATH_GIVEN -> cleaned(p.program().givenExePath());
            case PROC_CMDLINE -> p.cmdline();
            case PROC_EXELINE -> p.program().exeLine();
            case PROC_CWD -> p.isCwdDropped() ? null : p.cwd();
            case PROC_ARGS -> args(p, ref.index());
            case PROC_ENV ->
                ref.key() == null ? p.program().environmentText() : p.program().environmentVariable(ref.key());
            case PROC_PNAME -> orNull(p.parent(), q -> q.comm());
            case PROC_PEXE -> orNull(p.parent(), q -> q.program().exe());
            case PROC_PEXEPATH -> orNull(p.parent(), q -> q.program().exePath());
            case PROC_PCMDLINE -> orNull(p.parent(), ProcessInfo::cmdline);
            case PROC_ANAME -> orNull(ancestor(p, ref), q -> q.comm());
            case PROC_AEXE -> orNull(ancestor(p, ref), q -> q.program().exe());
            case PROC_AEXEPATH -> orNull(ancestor(p, ref), q -> q.program().exePath());
            case PROC_ACMDLINE -> orNull(ancestor(p, ref), ProcessInfo::cmdline);
            case PROC_AARGS -> orNull(ancestor(p, ref), q -> q.program().argsText());
            case PROC_AENV ->
                ref.key() == null
                        ? orNull(ancestor(p, ref), q -> q.program().environmentText())
                        : ancestorVariable(p, ref.key());
            case PROC_ONAME -> origin(p, ref.index());
            case PROC_TRUST -> p.trust();
            case PROC_PTRUST -> orNull(p.parent(), ProcessInfo::trust);
            case PROC_TRUSTED_NAME -> p.trustedName();
            case PROC_TRUSTED_PNAME -> orNull(p.parent(), ProcessInfo::trustedName);
            case PROC_TRUSTED_ANAME -> orNull(ancestor(p, ref), ProcessInfo::trustedName);
            case PROC_SNAME -> orEmpty(leaders.session(p), q -> q.comm());
            case PROC_SID_EXE -> orEmpty(leaders.session(p), q -> q.program().exe());
            case PROC_SID_EXEPATH ->
                orEmpty(leaders.session(p), q -> q.program().exePath());
            case PROC_VPGID_NAME -> orEmpty(leaders.virtualGroup(p), q -> q.comm());
            case PROC_VPGID_EXE ->
                orEmpty(leaders.virtualGroup(p), q -> q.program().exe());
            case PROC_VPGID_EXEPATH ->
                orEmpty(leaders.virtualGroup(p), q -> q.program().exePath());
            case PROC_PGID_NAME -> orEmpty(leaders.group(p), q -> q.comm());
            case PROC_PGID_EXE -> orEmpty(leaders.group(p), q -> q.program().exe());
            case PROC_PGID_EXEPATH -> orEmpty(leaders.group(p), q -> q.program().exePath());
            case THREAD_CAP_PERMITTED -> FlagNames.capabilities(p.capPermitted());
            case THREAD_CAP_EFFECTIVE -> FlagNames.capabilities(p.capEffective());
            case THREAD_CAP_INHERITABLE -> FlagNames.capabilities(p.capInheritable());
            case USER_NAME -> users.userName(p.container().fullId(), p.uid());
            case USER_HOMEDIR -> users.homeDirectory(p.container().fullId(), p.uid());
            case USER_SHELL -> users.shell(p.container().fullId(), p.uid());
            case USER_LOGINNAME -> users.userName(p.container().fullId(), p.loginuid());
            case GROUP_NAME -> users.groupName(p.container().fullId(), p.gid());
            default -> null;
        };
    }

    /** Returns the number; {@link FieldValues#ABSENT} if the field is absent. */
    long number(FieldRef ref) {
        ProcessInfo p = process;
        if (p == null) {
            return numberOfUnknownProcess(ref.field());
        }
        return switch (ref.field()) {
            case PROC_PID -> p.pid();
            case PROC_VPID -> p.vpid();
            case PROC_PPID ->
                p.parent() == null ? FieldValues.ABSENT : p.parent().pid();
            case PROC_PVPID ->
                p.parent() == null ? FieldValues.ABSENT : p.parent().vpid();
            case PROC_APID -> {
                ProcessInfo ancestor = ancestor(p, ref);
                yield ancestor == null ? FieldValues.ABSENT : ancestor.pid();
            }
            case PROC_SID -> p.sid();
            case PROC_VPGID -> p.vpgid();
            case PROC_PGID -> p.pgid();
            case PROC_IS_SID_LEADER -> flag(p.sid() == p.vpid());
            case PROC_IS_VPGID_LEADER -> flag(p.vpgid() == p.vpid());
            case PROC_IS_PGID_LEADER -> flag(p.pgid() == p.pid());
            case PROC_TTY -> p.tty() & UINT32_MAX;
            case PROC_CMDNARGS -> absentIfNegative(p.program().argumentCount());
            case PROC_CMDLENARGS -> absentIfNegative(p.program().argumentsLength());
            case PROC_ARGS_DROPPED -> flag(p.program().isArgumentsDropped());
            case PROC_DURATION -> elapsedSince(p.startNanos());
            case PROC_PPID_DURATION ->
                p.parent() == null
                        ? FieldValues.ABSENT
                        : elapsedSince(p.parent().startNanos());
            case PROC_PID_TS -> epoch(p.startNanos());
            case PROC_PPID_TS ->
                p.parent() == null ? FieldValues.ABSENT : epoch(p.parent().startNanos());
            case PROC_PIDNS_INIT_START_TS -> epoch(p.pidnsStartNanos());
            case PROC_LOGINSHELLID -> loginShellPid(p);
            case PROC_EXEPATH_TRUNCATED -> flag(p.program().isExePathTruncated());
            case PROC_IS_EXE_WRITABLE -> flag(p.program().isExeWritable());
            case PROC_IS_EXE_UPPER_LAYER -> flag((p.program().fileBits() & FILE_UPPER_LAYER) != 0);
            case PROC_IS_EXE_LOWER_LAYER -> flag((p.program().fileBits() & FILE_LOWER_LAYER) != 0);
            case PROC_ARGS_TRUNCATED -> flag(p.program().isArgumentsCut());
            case PROC_ENV_TRUNCATED -> flag(p.program().isEnvironmentCut());
            case PROC_IS_EXE_FROM_MEMFD -> flag(p.program().isFromMemory());
            case PROC_FDLIMIT -> p.fdLimit();
            case PROC_VMSIZE -> p.vmSize() & UINT32_MAX;
            case PROC_VMRSS -> p.vmRss() & UINT32_MAX;
            case PROC_VMSWAP -> p.vmSwap() & UINT32_MAX;
            case PROC_EXE_INO -> orAbsent(p.program().exeIno());
            case PROC_EXE_INO_CTIME -> orAbsent(p.program().exeCtimeNanos());
            case PROC_EXE_INO_MTIME -> orAbsent(p.program().exeMtimeNanos());
            case PROC_EXE_INO_CTIME_DURATION_PROC_START ->
                difference(p.startNanos(), p.program().exeCtimeNanos());
            case PROC_EXE_INO_CTIME_DURATION_PIDNS_START ->
                p.isNamespaced() ? difference(p.pidnsStartNanos(), p.program().exeCtimeNanos()) : FieldValues.ABSENT;
            case THREAD_TID -> r.tid();
            case THREAD_ISMAIN -> flag(r.tid() == r.tgid());
            case USER_UID -> p.uid() & UINT32_MAX;
            case USER_LOGINUID -> p.loginuid() == UNSET ? UNSET : p.loginuid() & UINT32_MAX;
            case GROUP_GID -> p.gid() & UINT32_MAX;
            default -> FieldValues.ABSENT;
        };
    }

    /** Every record of the kernel names its process and user, even if nothing else is known of the process. */
    private long numberOfUnknownProcess(Field field) {
        if (r.tgid() == 0) {
            return field == Field.THREAD_TID ? r.tid() : FieldValues.ABSENT;
        }
        return switch (field) {
            case THREAD_TID -> r.tid();
            case THREAD_ISMAIN -> flag(r.tid() == r.tgid());
            case PROC_PID -> r.tgid();
            case USER_UID -> r.uid() & UINT32_MAX;
            case GROUP_GID -> r.gid() & UINT32_MAX;
            default -> FieldValues.ABSENT;
        };
    }

    /** Returns the values of all ancestors, nearest first, for a field without an index. */
    @Nullable
    List<?> list(FieldRef ref) {
        if (process != null && ref.field() == Field.PROC_ONAME) {
            List<String> names = process.history();
            return names.isEmpty() ? null : names;
        }
        if (process == null || process.parent() == null) {
            return null;
        }
        return switch (ref.field()) {
            case PROC_ANAME -> ancestors(q -> q.comm());
            case PROC_AEXE -> ancestors(q -> q.program().exe());
            case PROC_AEXEPATH -> ancestors(q -> q.program().exePath());
            case PROC_ACMDLINE -> ancestors(ProcessInfo::cmdline);
            case PROC_AARGS -> ancestors(q -> q.program().argsText());
            case PROC_AENV -> ancestors(q -> q.program().environmentText());
            case PROC_APID -> ancestors(q -> (long) q.pid());
            case PROC_TRUSTED_ANAME -> ancestors(q -> q.trustedName() == null ? "" : q.trustedName());
            default -> null;
        };
    }

    private List<Object> ancestors(Function<ProcessInfo, @Nullable Object> value) {
        List<Object> values = new ArrayList<>();
        for (ProcessInfo q = process == null ? null : process.parent();
                q != null && values.size() < MAX_ANCESTORS;
                q = q.parent()) {
            Object known = value.apply(q);
            if (known != null) {
                values.add(known);
            }
        }
        return values;
    }

    private static @Nullable String origin(ProcessInfo p, int index) {
        List<String> names = p.history();
        return index >= 1 && index <= names.size() ? names.get(index - 1) : null;
    }

    private static @Nullable ProcessInfo ancestor(ProcessInfo p, FieldRef ref) {
        return p.ancestor(Math.max(ref.index(), 0));
    }

    private static @Nullable String args(ProcessInfo p, int index) {
        return index < 0 ? p.program().argsText() : p.program().argument(index);
    }

    private static @Nullable String ancestorVariable(ProcessInfo p, String name) {
        ProcessInfo q = p.parent();
        for (int i = 0; i < MAX_ANCESTORS_FOR_VARIABLE && q != null; i++, q = q.parent()) {
            String value = q.program().environmentVariable(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private static long loginShellPid(ProcessInfo p) {
        long shell = FieldValues.ABSENT;
        ProcessInfo q = p;
        for (int i = 0; i < MAX_ANCESTORS && q != null; i++, q = q.parent()) {
            if (q.comm().endsWith("sh")) {
                shell = q.pid();
            }
        }
        return shell;
    }

    private long elapsedSince(long bootNanos) {
        return bootNanos == 0 ? FieldValues.ABSENT : r.timeNanos() - bootNanos;
    }

    private long epoch(long bootNanos) {
        return bootNanos == 0 ? FieldValues.ABSENT : context.toEpoch(bootNanos);
    }

    private long difference(long bootNanos, long epochNanos) {
        return bootNanos == 0 || epochNanos == 0 ? FieldValues.ABSENT : context.toEpoch(bootNanos) - epochNanos;
    }

    private static long orAbsent(long value) {
        return value == 0 ? FieldValues.ABSENT : value;
    }

    private static long absentIfNegative(long value) {
        return value < 0 ? FieldValues.ABSENT : value;
    }

    private static long flag(boolean value) {
        return value ? 1 : 0;
    }

    private static @Nullable String cleaned(@Nullable String path) {
        return path == null ? null : PathStrings.clean(path);
    }

    private static @Nullable String orNull(@Nullable ProcessInfo p, Function<ProcessInfo, @Nullable String> value) {
        return p == null ? null : value.apply(p);
    }

    private static @Nullable String orEmpty(@Nullable ProcessInfo p, Function<ProcessInfo, @Nullable String> value) {
        return p == null ? "" : value.apply(p);
    }
}
