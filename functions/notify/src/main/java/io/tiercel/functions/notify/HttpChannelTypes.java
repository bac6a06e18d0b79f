package io.tiercel.functions.notify;

import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.notify.alertmanager.AlertmanagerChannelType;
import io.tiercel.functions.notify.pagerduty.PagerDutyChannelType;
import io.tiercel.functions.notify.slack.SlackChannelType;
import io.tiercel.functions.notify.slack.SlackWebhookChannelType;
import io.tiercel.functions.notify.teams.TeamsChannelType;
import io.tiercel.functions.notify.template.TemplateChannelType;
import io.tiercel.functions.notify.webhook.WebhookChannelType;
import java.util.List;

/** The types of channels that need nothing but HTTP. */
public final class HttpChannelTypes {
    /** The types, in alphabetical order. */
    public static final List<ChannelType> ALL = List.of(
            new AlertmanagerChannelType(),
            new PagerDutyChannelType(),
            new SlackChannelType(),
            new SlackWebhookChannelType(),
            new TeamsChannelType(),
            new TemplateChannelType(),
            new WebhookChannelType());

    private HttpChannelTypes() {}
}
