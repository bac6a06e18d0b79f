package io.tiercel.functions.channels.email;

import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The channel type {@code email}. */
public final class EmailChannelType implements ChannelType {
    private static final int MAX_RECIPIENTS = 50;
    private static final int SUBMISSION = 587;
    private static final int SUBMISSION_OVER_TLS = 465;
    private static final int MAX_PORT = 65_535;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final List<String> OF_SMTP = List.of("host", "port", "security", "ca", "username", "password");
    private static final List<String> OF_SES = List.of("region", "endpoint");

    @Override
    public String name() {
        return "email";
    }

    @Override
    public Set<String> settings() {
        return AwsSettings.keys("via", "from", "to", "host", "port", "security", "ca", "username", "password");
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        MailAddress from = MailAddress.read(required(section, "from"));
        List<YamlNode> recipients = required(section, "to").items();
        if (recipients.isEmpty() || recipients.size() > MAX_RECIPIENTS) {
            throw section.error("to", "found " + recipients.size() + " addresses", "write 1 to " + MAX_RECIPIENTS);
        }
        List<String> to =
                recipients.stream().map(node -> MailAddress.read(node).text()).toList();
        Supplier<MailTransport> transport = transport(section, from);
        return context -> new EmailChannel(name, from, to, transport.get());
    }

    private static Supplier<MailTransport> transport(ChannelSection section, MailAddress from) {
        String via = section.optionalText("via").orElse("smtp");
        return switch (via) {
            case "smtp" -> {
                reject(section, OF_SES, "ses");
                SmtpServer server = server(section);
                yield () -> new SmtpTransport(server, from.domain());
            }
            case "ses" -> {
                reject(section, OF_SMTP, "smtp");
                AwsSettings aws = AwsSettings.read(section, Optional.empty());
                yield () -> new SesTransport(aws, from.domain());
            }
            default -> throw section.error("via", "unknown service \"" + via + "\"", "write smtp or ses");
        };
    }

    private static void reject(ChannelSection section, List<String> keys, String via) {
        for (String key : keys) {
            if (section.has(key)) {
                throw section.error(key, key + " is a setting of via: " + via, "remove the line");
            }
        }
    }

    private static SmtpServer server(ChannelSection section) {
        String host = section.text("host");
        if (!HOST.matcher(host).matches()) {
            throw section.error("host", "\"" + host + "\" is not a host name", "write the name of the mail server");
        }
        String security = section.optionalText("security").orElse("starttls");
        if (!security.equals("starttls") && !security.equals("tls")) {
            throw section.error("security", "unknown security \"" + security + "\"", "write starttls or tls");
        }
        boolean tls = security.equals("tls");
        int port = section.node("port")
                .map(node -> (int) node.number(1, MAX_PORT))
                .orElse(tls ? SUBMISSION_OVER_TLS : SUBMISSION);
        if (section.has("username") != section.has("password")) {
            throw section.error("username", "a login needs username and password", "write both, or neither");
        }
        SmtpServer.Login login = section.has("username")
                ? new SmtpServer.Login(section.text("username"), section.secret("password"))
                : null;
        return new SmtpServer(host, port, tls, section.optionalSecret("ca").orElse(null), login);
    }

    private static YamlNode required(ChannelSection section, String key) {
        return section.node(key)
                .orElseThrow(() -> section.error(key, key + " is missing", "add a line \"" + key + ": ...\""));
    }
}
