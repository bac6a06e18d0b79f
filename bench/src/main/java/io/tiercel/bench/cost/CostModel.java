package io.tiercel.bench.cost;

import io.tiercel.bench.pipeline.FunctionName;
import io.tiercel.bench.pipeline.FunctionUsage;
import java.util.HashMap;
import java.util.Map;

/** Computes bills from counted requests. Runs each profile once. Used by one thread. */
public final class CostModel {
    /** Days of a month. */
    static final int DAYS = 30;

    private static final double MINUTES = DAYS * 24 * 60.0;
    private static final double SECONDS_OF_HOUR = 3600;
    private static final double GB = 1e9;

    /** Lambda polls each queue with five long polls of 20 s, also while it is empty. */
    private static final double EMPTY_RECEIVES = 5 * MINUTES * 3;

    private static final int STANDARD_QUEUES = 4;
    private static final int FIFO_QUEUES = 5;

    /** Functions on a schedule: notify and sweep. */
    private static final int SCHEDULED_FUNCTIONS = 2;

    /** Alarms of infra/terraform with notification channels. */
    static final int ALARMS = 39;

    /** Metrics that count log lines. */
    static final int LOG_METRICS = 6;

    /** Metrics that notify writes, in total and for each channel. */
    private static final int CHANNEL_METRICS = 5;

    /** Secrets besides those of channels: the notification file and the keys of buttons. */
    private static final int COMMON_SECRETS = 3;

    /** A function reads each secret at most once in five minutes. */
    private static final double SECRET_READS = MINUTES / 5;

    /** The artifacts of the functions in two versions, GB. */
    private static final double CODE_GB = 0.4;

    /** DynamoDB and CloudWatch Logs reuse a data key for minutes. */
    private static final double KEY_REQUESTS = 200_000;

    /** The least that Terraform permits for invocations for unverified senders at once, the minimum of SQS. */
    private static final int MIN_UNVERIFIED_CONCURRENCY = 2;

    /** The default reserved concurrency of interact. */
    static final int URL_CONCURRENCY = 5;

    /** Lambda limits the requests to a function URL in a second to this multiple of the reserved concurrency. */
    private static final int URL_REQUESTS = 10;

    /** The log of an invocation that rejects a request, GB. */
    private static final double LOG_OF_REJECTION_GB = 300 / GB;

    private final CostSettings settings;
    private final PriceList prices;
    private final Map<Profile, ProfileRun.Result> results;

    public CostModel(CostSettings settings, PriceList prices) {
        this(settings, prices, new HashMap<>());
    }

    private CostModel(CostSettings settings, PriceList prices, Map<Profile, ProfileRun.Result> results) {
        this.settings = settings;
        this.prices = prices;
        this.results = results;
    }

    /** Returns a model with other settings. It runs the profiles again only if these settings affect what the code does. */
    CostModel with(CostSettings other) {
        boolean sameRuns =
                settings.channels() == other.channels() && settings.batches().equals(other.batches());
        return new CostModel(other, prices, sameRuns ? results : new HashMap<>());
    }

    PriceList prices() {
        return prices;
    }

    CostSettings settings() {
        return settings;
    }

    private ProfileRun.Result result(Profile profile) {
        return results.computeIfAbsent(profile, ignored -> new ProfileRun(settings).run(profile));
    }

    /** Returns what all alerts of a profile use, with everything that follows from them. */
    Usage usage(Profile profile) {
        ProfileRun.Result result = result(profile);
        double rest = (profile.folded() - profile.warmUp()) / profile.measured();
        double bytes = result.storedBytes() * profile.folded() / (profile.warmUp() + profile.measured());
        return ofMemory(result.warmUp().plus(result.measured().times(rest)))
                .plus(Resource.DYNAMODB_STORAGE, bytes / GB);
    }

    /** Runs count the time with 1 GiB. */
    private Usage ofMemory(Usage usage) {
        return usage.plus(Resource.LAMBDA_GB_SECOND, usage.of(Resource.LAMBDA_GB_SECOND) * (settings.memoryGb() - 1));
    }

    /** Returns what a deployment uses in a month without alerts. */
    Usage fixed() {
        Usage pass = ofMemory(new ProfileRun(settings).idlePass(settings.openIncidents()));
        double secrets = COMMON_SECRETS + settings.channels();
        return pass.times(MINUTES)
                .plus(Resource.SQS_STANDARD, STANDARD_QUEUES * EMPTY_RECEIVES)
                .plus(Resource.SQS_FIFO, FIFO_QUEUES * EMPTY_RECEIVES)
                .plus(Resource.ALARM, ALARMS)
                .plus(Resource.METRIC, LOG_METRICS + CHANNEL_METRICS * (1 + settings.channels()))
                .plus(Resource.DASHBOARD, 1)
                .plus(Resource.S3_STORAGE, CODE_GB)
                .plus(Resource.KMS_KEY, 1)
                .plus(Resource.KMS_REQUEST, KEY_REQUESTS)
                .plus(Resource.SCHEDULE, SCHEDULED_FUNCTIONS * MINUTES)
                .plus(Resource.SECRET, secrets)
                .plus(Resource.SECRET_REQUEST, secrets * SECRET_READS);
    }

    /** Returns the price of a million alerts that rules raise, in USD. */
    double usdPerMillion(Profile profile) {
        return usage(profile).usd(prices) / profile.raised() * 1e6;
    }

    /** Returns the number of write request units for each alert that arrives. */
    double writesPerAlert(Profile profile) {
        return result(profile).measured().of(Resource.DYNAMODB_WRITE) / profile.measured();
    }

    /** Returns the number of transactions of {@code deduplicate} for each alert that arrives. */
    double transactionsPerAlert(Profile profile) {
        return (double) result(profile).meter().of(FunctionName.DEDUPLICATE).transactions()
                / (profile.warmUp() + profile.measured());
    }

    /** Returns the assumed number of alerts of a profile that {@code deduplicate} counts in a second, with all its concurrency. */
    double alertsPerSecond(Profile profile) {
        FunctionUsage deduplicate = result(profile).meter().of(FunctionName.DEDUPLICATE);
        double alerts = profile.warmUp() + profile.measured();
        return settings.maxConcurrency() * 1000 * alerts / deduplicate.millis();
    }

    /**
     * Returns the most that a profile can cost in an hour, however many alerts arrive: every function runs with all its
     * concurrency all the time. Requests of the sensors come in addition; they are those of the alerts that are sent.
     */
    double hourlyCeilingUsd(Profile profile) {
        double usd = 0;
        for (FunctionName name : FunctionName.values()) {
            FunctionUsage function = result(profile).meter().of(name);
            if (name != FunctionName.SWEEP && function.millis() > 0) {
                double concurrency = concurrency(name) * SECONDS_OF_HOUR;
                usd += ofMemory(Usage.of(name, function, settings.channels())).usd(prices)
                        / (function.millis() / 1000)
                        * concurrency;
            }
        }
        return usd;
    }

    /** Respond has two queues of verified senders, and each other function one. That of unverified senders has a fifth of the concurrency. */
    private int concurrency(FunctionName name) {
        int verified = name == FunctionName.RESPOND ? 2 : 1;
        return verified * settings.maxConcurrency()
                + Math.max(MIN_UNVERIFIED_CONCURRENCY, settings.maxConcurrency() / 5);
    }

    /** Returns the most that rejected calls of the public URL can cost in an hour. */
    double urlCeilingUsd() {
        double requests = URL_CONCURRENCY * URL_REQUESTS * SECONDS_OF_HOUR;
        return prices.of(Resource.LAMBDA_GB_SECOND, URL_CONCURRENCY * SECONDS_OF_HOUR * settings.memoryGb())
                + prices.of(Resource.LAMBDA_REQUEST, requests)
                + prices.of(Resource.LOG_GB, requests * LOG_OF_REJECTION_GB);
    }
}
