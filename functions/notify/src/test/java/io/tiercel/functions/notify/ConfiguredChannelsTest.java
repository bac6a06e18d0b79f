package io.tiercel.functions.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.secret.SecretResolver;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ConfiguredChannelsTest {
    @Test
    void a_channel_that_is_only_a_fallback_is_not_opened_separately() {
        NotificationFile file = NotificationFile.read(
                "n.yaml", """
            channels:
              soc: {type: slack, token: env:SLACK_TOKEN, conversation: C0123ABCD, fallback: soc-hook}
              soc-hook: {type: slack-webhook, address: file:/run/secrets/hook}
              pager: {type: pagerduty, routing-key: env:PAGER, region: eu}
              siem: {type: webhook, address: env:SIEM, key: env:SIEM_KEY}
            """, SecretResolver.forFilesAndEnvironment(InstantSource.system()), HttpChannelTypes.ALL);
        try (ConfiguredChannels channels =
                ConfiguredChannels.open(file, new ChannelContext(ButtonSigner.NO_BUTTONS, InstantSource.system()))) {
            assertEquals(
                    List.of("soc", "pager", "siem"),
                    channels.channels().stream().map(NotificationChannel::name).toList());
        }
    }
}
