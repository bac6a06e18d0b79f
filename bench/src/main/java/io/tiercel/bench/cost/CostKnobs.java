package io.tiercel.bench.cost;

import java.util.ArrayList;
import java.util.List;

/** What the settings of a deployment change. */
final class CostKnobs {
    private static final int SMALL_BATCH = 10;
    private static final int LARGE_BATCH = 1_000;
    private static final int LONG_WINDOW_SECONDS = 5;
    private static final int MORE_CHANNELS = 4;
    private static final int FEWER_INVOCATIONS = 2;
    private static final double LESS_MEMORY_GB = 0.5;

    private final CostModel model;
    private final double month;
    private final double storm;
    private final double hour;

    CostKnobs(CostModel model) {
        this.model = model;
        this.month = month(model);
        this.storm = model.usage(Profile.STORM_VARIED).usd(model.prices());
        this.hour = model.hourlyCeilingUsd(Profile.STORM_VARIED);
    }

    private static double month(CostModel model) {
        return model.fixed().plus(model.usage(Profile.TYPICAL)).usd(model.prices());
    }

    /** Returns the table of the documentation. */
    String table() {
        CostSettings settings = model.settings();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "Setting", "Change", "Typical month, USD", "Storm, every alert differs, USD", "Storm, USD in an hour"));
        rows.add(row("defaults", "", month, storm, hour));
        double unfolded = model.usage(Profile.STORM_IDENTICAL).usd(model.prices())
                * Profile.STORM_IDENTICAL.raised()
                / Profile.STORM_IDENTICAL.folded();
        rows.add(List.of(
                "`--aggregation-window` of the sensor",
                "5000 to 0: the storm of identical alerts costs "
                        + CostTables.number(unfolded)
                        + " instead of "
                        + CostTables.number(model.usage(Profile.STORM_IDENTICAL).usd(model.prices())),
                "",
                "",
                ""));
        CostModel fewer = model.with(settings.withMaxConcurrency(FEWER_INVOCATIONS));
        rows.add(row(
                "`settings.max_concurrency`",
                "10 to 2: the backlog takes five times as long",
                month,
                storm,
                fewer.hourlyCeilingUsd(Profile.STORM_VARIED)));
        rows.add(row(
                "`settings.memory_mb`",
                "1024 to 512, with the same times",
                model.with(settings.withMemoryGb(LESS_MEMORY_GB))));
        rows.add(row(
                "`settings.batches`",
                "100 alerts in 1 s to 10 without a window",
                model.with(settings.withBatches(SMALL_BATCH, 0))));
        rows.add(row(
                "`settings.batches`",
                "100 alerts in 1 s to 1,000 in 5 s; incidents wait as long",
                model.with(settings.withBatches(LARGE_BATCH, LONG_WINDOW_SECONDS))));
        rows.add(row("notification channels", "2 to 4", model.with(settings.withChannels(MORE_CHANNELS))));
        return CostTables.markdown(rows);
    }

    private static List<String> row(String setting, String change, CostModel changed) {
        return row(
                setting,
                change,
                month(changed),
                changed.usage(Profile.STORM_VARIED).usd(changed.prices()),
                changed.hourlyCeilingUsd(Profile.STORM_VARIED));
    }

    private static List<String> row(String setting, String change, double month, double storm, double hour) {
        return List.of(setting, change, CostTables.money(month), CostTables.number(storm), CostTables.number(hour));
    }
}
