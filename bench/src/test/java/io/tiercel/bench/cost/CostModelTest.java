package io.tiercel.bench.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The documentation states what the model computes, and a storm stays under its ceiling. */
@Tag("unit")
class CostModelTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*(?:\\.\\d+)?");
    private static final Pattern CEILING =
            Pattern.compile("The ceiling of a storm of 10 million alerts is ([\\d,]+) USD");

    /** Some requests depend on the order of threads and of random delays. */
    private static final double TOLERANCE = 0.06;

    private static CostModel model;
    private static Map<String, String> tables;

    @BeforeAll
    static void compute() {
        model = new CostModel(CostSettings.DEFAULT, PriceList.read());
        tables = new CostTables(model).all();
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace(",", ""));
    }

    @Test
    void the_documentation_has_the_tables_of_the_model() throws Exception {
        Map<String, String> documented = new LinkedHashMap<>();
        for (Path page : CostBench.PAGES) {
            documented.putAll(GeneratedTables.read(Files.readString(ROOT.resolve(page))));
        }
        assertEquals(tables.keySet(), documented.keySet());
        tables.forEach((name, table) -> {
            String page = documented.get(name);
            assertEquals(
                    NUMBER.matcher(table).replaceAll("N"),
                    NUMBER.matcher(page).replaceAll("N"),
                    "run ./tiercel bench cost --write");
            Matcher expected = NUMBER.matcher(table);
            Matcher actual = NUMBER.matcher(page);
            while (expected.find() && actual.find()) {
                double value = number(expected.group());
                assertEquals(
                        value,
                        number(actual.group()),
                        0.02 + value * TOLERANCE,
                        name + ": run ./tiercel bench cost --write\n" + table);
            }
        });
    }

    @Test
    void a_storm_stays_under_the_documented_ceiling() throws Exception {
        MatchResult stated = CEILING.matcher(Files.readString(ROOT.resolve("docs/cost.md")))
                .results()
                .findFirst()
                .orElseThrow();
        double ceiling = number(stated.group(1));
        for (Profile storm : new Profile[] {Profile.STORM_IDENTICAL, Profile.STORM_VARIED}) {
            assertTrue(model.usage(storm).usd(model.prices()) <= ceiling, storm.name());
            assertTrue(model.hourlyCeilingUsd(storm) <= ceiling, storm.name());
        }
        assertTrue(model.hourlyCeilingUsd(Profile.STORM_INCIDENTS) <= ceiling);
    }

    @Test
    void calls_of_the_public_url_stay_under_the_documented_ceiling() throws Exception {
        MatchResult stated = Pattern.compile("Such calls cost at most ([\\d.]+) USD in an hour")
                .matcher(Files.readString(ROOT.resolve("docs/cost.md")))
                .results()
                .findFirst()
                .orElseThrow();
        assertEquals(number(stated.group(1)), model.urlCeilingUsd(), 0.02);
        String functions = Files.readString(ROOT.resolve("infra/terraform/modules/pipeline/functions.tf"));
        assertTrue(functions.contains("\"interact\" ? " + CostModel.URL_CONCURRENCY + " : -1"), functions);
    }

    @Test
    void less_concurrency_lowers_the_ceiling_of_an_hour() {
        CostModel less = model.with(CostSettings.DEFAULT.withMaxConcurrency(2));
        assertTrue(less.hourlyCeilingUsd(Profile.STORM_VARIED) < model.hourlyCeilingUsd(Profile.STORM_VARIED) / 3);
    }

    @Test
    void the_bill_counts_what_terraform_creates() throws Exception {
        String alarms = Files.readString(ROOT.resolve("infra/terraform/modules/observability/main.tf"));
        long ofLinesAndChannels = Pattern.compile("(?m)^    [a-z-]+ = \\{$")
                .matcher(alarms)
                .results()
                .count();
        long lines =
                Pattern.compile("(?m)^      pattern ").matcher(alarms).results().count();
        int queues = 9;
        int functions = 6;
        assertEquals(CostModel.ALARMS, queues + 1 + queues + 2 * functions + ofLinesAndChannels);
        assertEquals(CostModel.LOG_METRICS, lines);
    }

    @Test
    void prices_have_a_date_a_source_and_a_region() {
        PriceList prices = model.prices();
        assertEquals("us-east-1", prices.region());
        LocalDate.parse(prices.date());
        assertTrue(prices.source().length() > 20);
        prices.usd().forEach((resource, usd) -> assertTrue(usd > 0, resource.name()));
    }
}
