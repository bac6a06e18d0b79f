package io.tiercel.functions.channels.aws;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.notification.file.ChannelSection;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/**
 * The settings that all channels with calls to AWS have. The credentials are those of the function, the pod, the instance or the
 * environment.
 *
 * @param region the region; null for that of the environment
 * @param endpoint replaces the service's endpoint, for example by an interface endpoint; null for that of AWS
 */
public record AwsSettings(@Nullable Region region, @Nullable URI endpoint) {
    private static final String REGION = "region";
    private static final String ENDPOINT = "endpoint";
    private static final Pattern REGION_NAME = Pattern.compile("[a-z]{2}(-[a-z]{2,16}){1,3}-[0-9]{1,2}");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    /** Returns the keys of a channel that has these settings and others. */
    public static Set<String> keys(String... others) {
        return Stream.concat(Stream.of(REGION, ENDPOINT), Stream.of(others)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads the settings.
     *
     * @param defaultRegion the region if the setting is absent; empty for that of the environment
     */
    public static AwsSettings read(ChannelSection section, Optional<String> defaultRegion) {
        Optional<String> region = section.optionalText(REGION);
        region.filter(name -> !REGION_NAME.matcher(name).matches()).ifPresent(name -> {
            throw section.error(
                    REGION, "\"" + name + "\" is not a region", "write the name of a region, for example eu-west-1");
        });
        return new AwsSettings(
                region.or(() -> defaultRegion).map(Region::of).orElse(null),
                section.optionalAddress(ENDPOINT).orElse(null));
    }

    /** Reads the 12 digits of an account. */
    public static String account(ChannelSection section, String key) {
        String account = section.text(key);
        if (!ACCOUNT.matcher(account).matches()) {
            throw section.error(
                    key,
                    "\"" + account + "\" is not the id of an account",
                    "write its 12 digits in quotes, for example \"123456789012\"");
        }
        return account;
    }

    /**
     * Connects to AWS. An attempt ends after 4 seconds, and a call with its retries after 10 seconds.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if no region is known
     */
    public AwsConnection connect() {
        return AwsConnection.fromEnvironment(AwsConnection.Timeouts.ACTIONS, region, endpoint);
    }
}
