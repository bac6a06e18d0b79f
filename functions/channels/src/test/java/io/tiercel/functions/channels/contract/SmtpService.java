package io.tiercel.functions.channels.contract;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.server.AbstractServer;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpState;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.MessageDeliveryHandler;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.tiercel.functions.channels.support.ReceivedMail;
import io.tiercel.functions.channels.support.TestKeys;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A mail server with TLS and login, by GreenMail. */
public final class SmtpService implements Service {
    static final String USER = "tiercel";
    private static final long MAX_START_MILLIS = 60_000;
    private static final String PASSWORD = SECRET + " mail";

    private final Path folder;
    private final TestKeys keys;
    private final GreenMail mail;
    private final MessageDeliveryHandler deliver;
    private final AtomicBoolean refuses = new AtomicBoolean();
    private CountDownLatch released = new CountDownLatch(0);

    /** Starts a server. */
    public SmtpService(Path folder, TestKeys keys) {
        this.folder = folder;
        this.keys = keys;
        System.setProperty("greenmail.tls.keystore.file", keys.store().toString());
        System.setProperty("greenmail.tls.keystore.password", TestKeys.PASSWORD);
        System.setProperty("greenmail.tls.key.password", TestKeys.PASSWORD);
        this.mail =
                new GreenMail(new ServerSetup[] {setup(ServerSetup.PROTOCOL_SMTPS), setup(ServerSetup.PROTOCOL_SMTP)}) {
                    @Override
                    protected Map<String, AbstractServer> createServices(ServerSetup[] setups, Managers own) {
                        return super.createServices(setups, new RefusingManagers(own, refuses));
                    }
                };
        mail.withConfiguration(new GreenMailConfiguration().withUser(USER, PASSWORD));
        mail.start();
        this.deliver = mail.getUserManager().getMessageDeliveryHandler();
    }

    private static ServerSetup setup(String protocol) {
        ServerSetup setup = new ServerSetup(0, "127.0.0.1", protocol);
        setup.setServerStartupTimeout(MAX_START_MILLIS);
        return setup;
    }

    @Override
    public String type() {
        return "email";
    }

    @Override
    public String settings() {
        return "from: Tiercel <alerts@example.com>, to: [soc@example.com], host: localhost, port: "
                + mail.getSmtps().getPort() + ", security: tls, " + login();
    }

    /** The settings of the certificate and the login. */
    public String login() {
        return "ca: file:" + keys.certificate() + ", username: " + USER + ", password: "
                + HttpService.secret(folder, "mail-password", PASSWORD);
    }

    /** The port without TLS. */
    public int plainPort() {
        return mail.getSmtp().getPort();
    }

    @Override
    public void behave(Behavior behavior) throws FolderException {
        released.countDown();
        mail.purgeEmailFromAllMailboxes();
        mail.getUserManager().getUser(USER).setPassword(PASSWORD);
        refuses.set(behavior == Behavior.REJECT);
        CountDownLatch latch = new CountDownLatch(1);
        released = latch;
        mail.getUserManager()
                .setMessageDeliveryHandler(
                        switch (behavior) {
                            case ACCEPT, REJECT -> deliver;
                            case THROTTLE ->
                                (_, _) -> {
                                    throw new MessagingException("busy");
                                };
                            case HANG ->
                                (_, _) -> {
                                    try {
                                        latch.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                    throw new MessagingException("too late");
                                };
                        });
    }

    /** Forgets what it has received, and accepts mails from now on. */
    public void accept() throws FolderException {
        behave(Behavior.ACCEPT);
    }

    /** Accepts no login from now on. */
    public void denyLogin() {
        mail.getUserManager().getUser(USER).setPassword("another");
    }

    /** Managers of a server that can refuse senders. */
    private static final class RefusingManagers extends Managers {
        private final Managers own;
        private final SmtpManager smtp;

        RefusingManagers(Managers own, AtomicBoolean refuses) {
            this.own = own;
            this.smtp = new SmtpManager(own.getImapHostManager(), own.getUserManager()) {
                @Override
                public @Nullable String checkSender(SmtpState state, MailAddress sender) {
                    return refuses.get() ? "550 5.7.1 this sender may not send" : null;
                }
            };
        }

        @Override
        public SmtpManager getSmtpManager() {
            return smtp;
        }

        @Override
        public UserManager getUserManager() {
            return own.getUserManager();
        }

        @Override
        public ImapHostManager getImapHostManager() {
            return own.getImapHostManager();
        }
    }

    /** Returns the accepted mails. */
    public List<ReceivedMail> mails() throws Exception {
        List<ReceivedMail> mails = new ArrayList<>();
        for (MimeMessage message : mail.getReceivedMessages()) {
            mails.add(ReceivedMail.of(message));
        }
        return mails;
    }

    @Override
    public List<String> received() throws Exception {
        List<String> texts = new ArrayList<>();
        for (ReceivedMail received : mails()) {
            received.verify();
            texts.add(received.subject() + "\n" + received.text());
        }
        return texts;
    }

    @Override
    public void stop() {
        released.countDown();
        mail.stop();
    }

    @Override
    public String toString() {
        return "email via smtp";
    }
}
