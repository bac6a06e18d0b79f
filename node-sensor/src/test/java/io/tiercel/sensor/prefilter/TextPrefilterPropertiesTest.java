package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.engine.Rule;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.detect.RuleDetector;
import io.tiercel.sensor.event.SensorEvent;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.NodeState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that the disjuncts of a matching rule survive for calls that change files, and that they are excluded if they can be. */
@Tag("unit")
class TextPrefilterPropertiesTest {
    private static final KernelPrefilterModel.Node NODE = new KernelPrefilterModel.Node(null, MEMBERSHIP_HOST, "");

    private static final List<String> TEXTS = List.of(
            "/",
            "/etc",
            "/etc/shadow",
            "/etc/shadow/",
            "/etc/../etc/shadow",
            "/etc/./x",
            "//etc/x",
            "/home/u/.bash_history",
            "/home/u/.git/index.lock",
            "/tmp/x",
            "/tmp/..x",
            "/tmp/.",
            "/tmp/..",
            "/a/" + "n".repeat(250),
            "shadow",
            "../etc/shadow",
            "x",
            "x/",
            ".",
            "..",
            "./x",
            ".hidden",
            "a/.b/c",
            "a..b",
            "");

    private static final List<String> FIELDS = List.of(
            "evt.arg.path",
            "evt.arg.name",
            "evt.arg.oldpath",
            "evt.arg.newpath",
            "evt.arg.target",
            "evt.arg.linkpath",
            "evt.arg.filename",
            "evt.arg.dev",
            "evt.arg.dir",
            "evt.rawarg.path",
            "evt.abspath",
            "fs.path.name",
            "fs.path.nameraw",
            "fs.path.source",
            "fs.path.sourceraw",
            "fs.path.target",
            "fs.path.targetraw",
            "fd.name");

    private static final List<String> COMPARISONS = List.of(
            "= /etc/shadow",
            "= shadow",
            "!= /etc/shadow",
            "in (/etc/shadow, /tmp/x, x)",
            "startswith /etc",
            "startswith /etc/",
            "startswith .",
            "endswith history",
            "endswith shadow",
            "endswith /",
            "endswith /x",
            "contains /.",
            "contains ash_hist",
            "contains .",
            "contains /./",
            "icontains SHADOW",
            "glob '/etc/*'",
            "glob '*shadow'",
            "glob '*git*'",
            "glob '../*'",
            "pmatch (/etc, /tmp)",
            "contains anyof (git, hidden)",
            "startswith oneof (/etc, x)",
            "exists");

    private static final List<String> OTHER_CHECKS = List.of(
            "evt.failed = true",
            "evt.rawres >= 0",
            "evt.res = ENOENT",
            "evt.arg.mode contains S_ISUID",
            "evt.arg.mode contains S_ISGID",
            "evt.arg.mode contains S_IRUSR");

    /** Bits of a call: its second path is kept, and the kernel has other names than the program passed. */
    record Call(int syscall, long result, String text, String second, String base, String kernel, String secondKernel) {
        RecordView record() {
            boolean two =
                    !Set.of(SYS_UNLINK, SYS_UNLINKAT, SYS_MKDIR, SYS_CHMOD).contains(syscall);
            boolean target = syscall == SYS_SYMLINK || syscall == SYS_MOUNT;
            RecordBuilder builder = new RecordBuilder(kind())
                    .syscall(syscall)
                    .header(HEADER_RESULT, result)
                    .name(target || text.startsWith("/") ? "" : base)
                    .name(!two || second.startsWith("/") ? "" : base);
            if (result >= 0 && !kernel.isEmpty() && syscall != SYS_MOUNT) {
                builder.name(two ? kernel + "\0" + secondKernel : kernel);
            }
            if (syscall == SYS_CHMOD) {
                builder.body(SYSCALL_ARGUMENTS + 8, (long) text.length() << 9 | 0644);
            }
            builder.text(text);
            return PrefilterPropertiesTest.view(two ? builder.text(second) : builder);
        }

        private int kind() {
            return switch (syscall) {
                case SYS_UNLINK, SYS_UNLINKAT, SYS_MKDIR -> RECORD_PATH;
                case SYS_RENAME -> RECORD_RENAME;
                default -> RECORD_SYSCALL;
            };
        }
    }

    private static CompiledRules compile(List<String> conditions) {
        return CompiledRules.of(
                conditions, Set.of("unlink", "unlinkat", "mkdir", "rename", "link", "symlink", "chmod", "mount"));
    }

    private static Arbitrary<String> conditions(int depth) {
        Arbitrary<String> check = Arbitraries.oneOf(
                Combinators.combine(Arbitraries.of(FIELDS), Arbitraries.of(COMPARISONS))
                        .as((field, comparison) -> field + " " + comparison),
                Combinators.combine(Arbitraries.of(FIELDS), Arbitraries.of(COMPARISONS))
                        .as((field, comparison) -> field + " " + comparison),
                Arbitraries.of(OTHER_CHECKS));
        if (depth == 0) {
            return check;
        }
        Arbitrary<List<String>> several =
                conditions(depth - 1).list().ofMinSize(2).ofMaxSize(3);
        return Arbitraries.oneOf(
                check,
                conditions(depth - 1).map(one -> "not (" + one + ")"),
                several.map(all -> "(" + String.join(" and ", all) + ")"),
                several.map(any -> "(" + String.join(" or ", any) + ")"));
    }

    @Provide
    Arbitrary<List<String>> ruleSets() {
        return conditions(2).list().ofMinSize(1).ofMaxSize(16);
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        Arbitrary<String> text = Arbitraries.of(TEXTS);
        return Combinators.combine(
                        Arbitraries.of(
                                SYS_UNLINK,
                                SYS_UNLINKAT,
                                SYS_MKDIR,
                                SYS_RENAME,
                                SYS_LINK,
                                SYS_SYMLINK,
                                SYS_CHMOD,
                                SYS_MOUNT),
                        Arbitraries.of(0L, 0L, 0L, -2L, -13L),
                        text,
                        text,
                        Arbitraries.of("/", "/etc", "/home/u", "/a/.b", "", "anon", "/" + "d".repeat(252)),
                        Arbitraries.of("", "", "/etc/shadow", "/home/u/.bash_history", "/x", "/etc/./x", "shadow"),
                        Arbitraries.of("/etc/shadow", "/y", "/home/u/.git/x"))
                .as(Call::new)
                .list()
                .ofSize(60);
    }

    @Property(tries = 100)
    void matchingRulesSurvive(@ForAll("ruleSets") List<String> conditions, @ForAll("calls") List<Call> calls) {
        assertMatchesSurvive(compile(conditions), calls);
    }

    private static final List<CompiledRules> SINGLE_CHECKS = FIELDS.stream()
            .map(field -> compile(COMPARISONS.stream()
                    .flatMap(comparison -> Stream.of(field + " " + comparison, "not " + field + " " + comparison))
                    .toList()))
            .toList();

    /** Tests each check alone and negated. */
    @Property(tries = 50)
    void singleChecksSurvive(@ForAll("calls") List<Call> calls) {
        SINGLE_CHECKS.forEach(compiled -> assertMatchesSurvive(compiled, calls));
    }

    private static void assertMatchesSurvive(CompiledRules compiled, List<Call> calls) {
        for (Call call : calls) {
            RecordView record = call.record();
            NodeState state = new NodeState(FdDescription::standardFd);
            SensorEvent event = new SensorEvent("node", 0, record, state);
            event.moveTo(SensorEvent.typeOf(record));
            Set<String> matched = new HashSet<>();
            new RuleDetector(compiled.engine(), FileNameMode.BOTH, "node", alert -> matched.add(alert.rule()))
                    .detect(event);
            long survivors = compiled.kernel().survivors(record, NODE);
            for (Rule rule : compiled.engine().rules()) {
                boolean survives = compiled.disjunctRules().mayMatch(event.type(), survivors, rule);
                Statistics.label("outcome").collect(matched.contains(rule.name()), survives);
                assertTrue(
                        survives || !matched.contains(rule.name()),
                        () -> call + " matches " + rule.name() + " of " + compiled.conditions());
            }
        }
    }

    private static boolean survives(String condition, Call call) {
        CompiledRules compiled = compile(List.of(condition));
        return compiled.kernel().survivors(call.record(), NODE) != 0;
    }

    private static Call call(int syscall, String text, String second) {
        return new Call(syscall, 0, text, second, "/home/u", "", "");
    }

    /** The prefilter would be useless, but correct, if it kept all calls. */
    @Test
    void excludesCallsWithOtherTexts() {
        List<String> kept = new ArrayList<>();
        List<String> rules = List.of(
                "evt.type = unlink and (evt.arg.path endswith history or evt.arg.path contains fish_read)",
                "evt.type = unlink and fs.path.name startswith /etc/",
                "evt.type = unlink and fs.path.nameraw endswith .hist",
                "evt.type = unlink and evt.arg.path glob '/etc/*'");
        for (String rule : rules) {
            for (String text : List.of("/tmp/x", "x", ".git/index.lock", "a/..b")) {
                if (survives(rule, call(SYS_UNLINK, text, ""))) {
                    kept.add(rule + ": " + text);
                }
            }
        }
        String rename = "evt.type = rename and evt.arg.oldpath startswith /etc/ and evt.arg.newpath contains /.";
        String symlink = "evt.type = symlink and evt.arg.target in (/etc, /etc/shadow)";
        assertEquals(List.of(), kept);
        assertTrue(survives(rename, call(SYS_RENAME, "/etc/x", ".y")));
        assertEquals(
                List.of(false, false, false),
                List.of(
                        survives(rename, call(SYS_RENAME, "/etc/x", "y")),
                        survives(rename, call(SYS_RENAME, "x", ".y")),
                        survives(rename, call(SYS_RENAME, ".y", "/etc/x"))));
        assertTrue(survives(symlink, call(SYS_SYMLINK, "/etc", "x")));
        assertEquals(
                List.of(false, false),
                List.of(
                        survives(symlink, call(SYS_SYMLINK, "../../lib/x.so", "x")),
                        survives(symlink, call(SYS_SYMLINK, "/tmp", "/etc/shadow"))));
    }
}
