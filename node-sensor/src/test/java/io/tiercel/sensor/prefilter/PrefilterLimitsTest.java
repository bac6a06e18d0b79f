package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_OPENAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_UNLINK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Exceeding a limit makes the prefilter drop less, never more. */
@Tag("unit")
class PrefilterLimitsTest {
    private static final int OPENAT = EventTypes.code("openat");
    private static final int UNLINK = EventTypes.code("unlink");
    private static final KernelPrefilterModel.Node HOST = new KernelPrefilterModel.Node("p1", MEMBERSHIP_HOST, "");

    private static RecordView open(String path) {
        return PrefilterPropertiesTest.view(new RecordBuilder(RECORD_OPEN)
                .syscall(SYS_OPENAT)
                .header(HEADER_RESULT, 3L)
                .body(OPEN_FS_PATH_LENGTH, path.length())
                .name(path)
                .text(path));
    }

    private static RuleEngine engine(int rules, String condition) {
        return PrefilterPropertiesTest.engine(IntStream.range(0, rules)
                .mapToObj(i -> condition.replace("#", Integer.toString(i)))
                .toList());
    }

    /** Each rule survives for the event with its number. */
    private static void assertRulesSurvive(
            RuleEngine engine,
            Prefilter prefilter,
            KernelPrefilterModel kernel,
            int type,
            IntFunction<RecordView> event) {
        DisjunctRules disjunctRules = prefilter.disjunctRules();
        for (int i = 0; i < engine.rules().size(); i++) {
            long survivors = kernel.survivors(event.apply(i), HOST);
            assertTrue(disjunctRules.mayMatch(type, survivors, engine.rules().get(i)));
        }
    }

    @Test
    void mergesDisjunctsOfManyRules() {
        RuleEngine engine = engine(300, "evt.type = openat and fd.name startswith /dir#/");
        Prefilter prefilter = Prefilter.of(engine);
        DisjunctRules disjunctRules = prefilter.disjunctRules();
        KernelPrefilterModel kernel = new KernelPrefilterModel(prefilter.tables());
        for (int i = 0; i < 300; i++) {
            long survivors = kernel.survivors(open("/dir" + i + "/file"), HOST);
            assertTrue(disjunctRules.mayMatch(OPENAT, survivors, engine.rules().get(i)));
            assertEquals(1, Long.bitCount(survivors));
        }
        assertEquals(0, kernel.survivors(open("/dir/file"), HOST));
        assertEquals(0, kernel.survivors(open("/dir300/file"), HOST));
    }

    /** A mask bit for a path and a program would be excluded by neither alone. */
    @Test
    void mergesDisjunctsThatTheSameAttributeExcludes() {
        List<String> conditions = IntStream.range(0, 300)
                .mapToObj(i -> i % 2 == 0
                        ? "evt.type = openat and fd.name startswith /dir" + i + "/"
                        : "evt.type = openat and proc.name = p" + i % 40 + " and evt.arg.mode = " + i)
                .toList();
        RuleEngine engine = PrefilterPropertiesTest.engine(conditions);
        Prefilter prefilter = Prefilter.of(engine);
        DisjunctRules disjunctRules = prefilter.disjunctRules();
        KernelPrefilterModel kernel = new KernelPrefilterModel(prefilter.tables());
        KernelPrefilterModel.Node other = new KernelPrefilterModel.Node("other", MEMBERSHIP_HOST, "");
        assertEquals(0, kernel.survivors(open("/usr/lib/library"), other));
        for (int i = 0; i < 300; i++) {
            long survivors = i % 2 == 0
                    ? kernel.survivors(open("/dir" + i + "/file"), other)
                    : kernel.survivors(
                            open("/usr/lib/library"), new KernelPrefilterModel.Node("p" + i % 40, MEMBERSHIP_HOST, ""));
            assertTrue(disjunctRules.mayMatch(OPENAT, survivors, engine.rules().get(i)), conditions.get(i));
        }
    }

    @Test
    void truncatesPathPatternsThatDoNotFit() {
        String deep = "/a-rather-long-folder-name/and-another-one-below-it-#/and-the-last-one-of-them-#/file-#";
        RuleEngine engine = engine(400, "evt.type = openat and fd.name = " + deep);
        Prefilter prefilter = Prefilter.of(engine);
        KernelPrefilterModel kernel = new KernelPrefilterModel(prefilter.tables());
        assertRulesSurvive(engine, prefilter, kernel, OPENAT, i -> open(deep.replace("#", Integer.toString(i))));
        assertEquals(0, kernel.survivors(open("/usr/lib/library"), HOST));
    }

    @Test
    void doesNotFilterProgramNamesBeyondTheLimit() {
        RuleEngine engine = engine(100, "evt.type = openat and proc.name = p# and fd.name startswith /x");
        Prefilter prefilter = Prefilter.of(engine);
        DisjunctRules disjunctRules = prefilter.disjunctRules();
        KernelPrefilterModel kernel = new KernelPrefilterModel(prefilter.tables());
        for (int i = 0; i < 100; i++) {
            long survivors = kernel.survivors(open("/x"), new KernelPrefilterModel.Node("p" + i, MEMBERSHIP_HOST, ""));
            assertTrue(disjunctRules.mayMatch(OPENAT, survivors, engine.rules().get(i)), "p" + i);
        }
        assertEquals(0, kernel.survivors(open("/x"), new KernelPrefilterModel.Node("other", MEMBERSHIP_HOST, "")));
        assertEquals(0, kernel.survivors(open("/y"), new KernelPrefilterModel.Node("p99", MEMBERSHIP_HOST, "")));
    }

    /** A list with more names than the kernel's map holds does not cost the other checks their filter. */
    @Test
    void leavesOutTheLongestListsOfProgramNames() {
        String names = IntStream.range(0, 5_000).mapToObj(i -> "n" + i).collect(Collectors.joining(", "));
        RuleEngine engine = PrefilterPropertiesTest.engine(List.of(
                "evt.type = openat and proc.name = sshd and evt.arg.mode = 1",
                "evt.type = openat and fd.name startswith /x and proc.name in (" + names + ")"));
        Prefilter prefilter = Prefilter.of(engine);
        DisjunctRules disjunctRules = prefilter.disjunctRules();
        KernelPrefilterModel kernel = new KernelPrefilterModel(prefilter.tables());
        KernelPrefilterModel.Node sshd = new KernelPrefilterModel.Node("sshd", MEMBERSHIP_HOST, "");
        KernelPrefilterModel.Node listed = new KernelPrefilterModel.Node("n4999", MEMBERSHIP_HOST, "");
        assertEquals(0, kernel.survivors(open("/y"), HOST));
        assertEquals(0, kernel.survivors(open("/y"), listed));
        assertTrue(disjunctRules.mayMatch(
                OPENAT, kernel.survivors(open("/y"), sshd), engine.rules().getFirst()));
        assertTrue(disjunctRules.mayMatch(
                OPENAT, kernel.survivors(open("/x"), listed), engine.rules().getLast()));
    }

    @Test
    void doesNotFilterEventTypesBeyondTheLimit() {
        Prefilter prefilter =
                Prefilter.of(PrefilterPropertiesTest.engine(List.of("fd.name = /x and evt.failed = true")));
        byte[] tables = prefilter.tables().bytes();
        int filtered = 0;
        for (int call = 0; call < 1_024; call++) {
            assertTrue(tables[PREFILTER_TABLES_EVENT_TYPE + call] >= 0
                    && tables[PREFILTER_TABLES_EVENT_TYPE + call] < FILTERED_TYPES);
            filtered += tables[PREFILTER_TABLES_EVENT_TYPE + call] > 0 ? 1 : 0;
        }
        assertTrue(filtered >= FILTERED_TYPES - 1);
        assertTrue(tables[PREFILTER_TABLES_EVENT_TYPE + 257] > 0, "types that open files come first");
    }

    @Test
    void summaryNamesRulesThatRequireEveryEvent() {
        List<EventTypeSummary> types = Prefilter.of(PrefilterPropertiesTest.engine(
                        List.of("evt.type = openat and user.name = sh", "evt.type = openat and fd.name = /x")))
                .summaries();
        assertEquals(1, types.size());
        assertFalse(types.getFirst().drops());
        EventTypeSummary.DisjunctSummary disjunct = types.getFirst().disjuncts().getFirst();
        assertEquals(List.of("r0"), disjunct.rules());
        assertTrue(disjunct.everyEvent());
        assertEquals("user.name", disjunct.notPushedDown().first().field());
        assertFalse(types.getFirst().disjuncts().getLast().everyEvent());
    }

    private static RecordView unlink(String path) {
        return PrefilterPropertiesTest.view(
                new RecordBuilder(RECORD_PATH).syscall(SYS_UNLINK).text(path));
    }

    /** More substrings than the kernel can tell do not cost the other checks their test. */
    @Test
    void leavesOutTheLongestListsOfSubstrings() {
        String many = IntStream.range(0, 100).mapToObj(i -> "s" + i).collect(Collectors.joining(", "));
        RuleEngine engine = PrefilterPropertiesTest.engine(List.of(
                "evt.type = unlink and evt.arg.path startswith /x and evt.arg.path contains anyof (" + many + ")",
                "evt.type = unlink and evt.arg.path contains history"));
        Prefilter prefilter = Prefilter.of(engine);
        DisjunctRules disjunctRules = prefilter.disjunctRules();
        KernelPrefilterModel kernel = new KernelPrefilterModel(prefilter.tables());
        assertEquals(0, kernel.survivors(unlink("/y/s7"), HOST));
        assertTrue(disjunctRules.mayMatch(
                UNLINK, kernel.survivors(unlink("/x/s7"), HOST), engine.rules().getFirst()));
        assertTrue(disjunctRules.mayMatch(
                UNLINK,
                kernel.survivors(unlink("/y/history"), HOST),
                engine.rules().getLast()));
    }

    @Test
    void shortensSubstringsThatNeedTooManyStates() {
        RuleEngine engine =
                engine(40, "evt.type = unlink and evt.arg.path contains 'a-rather-long-substring-number-#-'");
        Prefilter prefilter = Prefilter.of(engine);
        KernelPrefilterModel kernel = new KernelPrefilterModel(prefilter.tables());
        assertRulesSurvive(
                engine, prefilter, kernel, UNLINK, i -> unlink("/tmp/a-rather-long-substring-number-" + i + "-"));
        assertEquals(0, kernel.survivors(unlink("/tmp/a-short-one"), HOST));
    }

    /** Types beyond the rows of the tables keep the tests of their other attributes. */
    @Test
    void doesNotComparePathsBeyondTheLimit() {
        String anyPath = List.of("path", "name", "oldpath", "filename", "pathname", "linkpath").stream()
                .map(name -> "evt.arg." + name + " startswith /x")
                .collect(Collectors.joining(" or "));
        Prefilter prefilter = Prefilter.of(PrefilterPropertiesTest.engine(List.of(
                "evt.type in (chmod, chown, lchown, fchmodat, fchownat, link, linkat, mkdir, mkdirat, mknod, mknodat, rename, renameat, renameat2, rmdir, symlink, symlinkat, truncate, unlink, unlinkat) and ("
                        + anyPath + ")")));
        byte[] tables = prefilter.tables().bytes();
        int rows = 0;
        for (int type = 0; type < FILTERED_TYPES; type++) {
            int count = tables[PREFILTER_TABLES_ARGUMENT_COUNT + type];
            assertTrue(count == 0 || tables[PREFILTER_TABLES_ARGUMENT_ROW + type] + count <= PATH_ROWS);
            rows += count;
        }
        assertTrue(rows > PATH_ROWS - FILTERED_OPENS - 2 && rows <= PATH_ROWS - FILTERED_OPENS, "rows: " + rows);
        int unlink = tables[PREFILTER_TABLES_EVENT_TYPE + SYS_UNLINK];
        assertEquals(1, tables[PREFILTER_TABLES_ARGUMENT_COUNT + unlink], "frequent types come first");
    }
}
