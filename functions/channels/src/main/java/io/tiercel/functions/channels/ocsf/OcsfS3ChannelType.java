package io.tiercel.functions.channels.ocsf;

import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The channel type {@code ocsf-s3}. */
public final class OcsfS3ChannelType implements ChannelType {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX =
            Pattern.compile("[A-Za-z0-9!_.*'()=-]{1,100}(/[A-Za-z0-9!_.*'()=-]{1,100}){0,8}/?");

    @Override
    public String name() {
        return "ocsf-s3";
    }

    @Override
    public Set<String> settings() {
        return AwsSettings.keys("bucket", "bucket-owner", "prefix", "account", "gzip");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.UNLIMITED;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        AwsSettings aws = AwsSettings.read(section, Optional.empty());
        OcsfS3Channel.Destination destination = new OcsfS3Channel.Destination(
                valid(section, "bucket", section.text("bucket"), BUCKET, "the name of a bucket"),
                section.has("bucket-owner") ? AwsSettings.account(section, "bucket-owner") : null,
                section.optionalText("prefix")
                        .map(prefix -> valid(section, "prefix", prefix, PREFIX, "folders such as ext/tiercel"))
                        .map(prefix -> prefix.endsWith("/") ? prefix : prefix + "/")
                        .orElse(""),
                AwsSettings.account(section, "account"),
                section.node("gzip").map(YamlNode::bool).orElse(false));
        return context -> new OcsfS3Channel(name, destination, aws);
    }

    private static String valid(ChannelSection section, String key, String text, Pattern pattern, String expected) {
        if (!pattern.matcher(text).matches()) {
            throw section.error(key, "\"" + text + "\" is not valid", "write " + expected);
        }
        return text;
    }
}
