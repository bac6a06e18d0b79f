package io.tiercel.sensor.app;

import io.tiercel.rules.load.ItemKind;
import io.tiercel.rules.load.LoadCode;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.Location;
import io.tiercel.rules.load.Problem;
import io.tiercel.sensor.detect.RuleReload;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Loads the rules anew when their files have changed or somebody asks for it; for one thread.
 *
 * <p>Files that change are left alone until two looks in a row show the same and nothing has moved while they were read:
 * half of a file that an editor is still writing is not taken for the whole. Contents that have just been tried are not
 * tried again, so that a file that is wrong is reported once, and one that was only touched not at all. Whoever asks is
 * answered at once and always.
 */
final class RuleReloader {
    private final RuleSetOptions choice;
    private final BlockingQueue<RuleReload> reloads;
    private final StandardStreams streams;

    private @Nullable RuleFileSnapshot seen;
    private boolean settled;
    private String tried;

    /**
     * Compares with what is in force.
     *
     * @param inForce digest of the texts whose rules are evaluated now
     * @param reloads takes what was loaded or refused; while it is full, nothing more is loaded
     */
    RuleReloader(RuleSetOptions choice, String inForce, BlockingQueue<RuleReload> reloads, StandardStreams streams) {
        this.choice = choice;
        this.tried = inForce;
        this.reloads = reloads;
        this.streams = streams;
    }

    /** Loads if the files are others than they were and have come to rest. */
    void look() throws InterruptedException {
        RuleFileSnapshot now = RuleFileSnapshot.at(choice.files());
        if (!now.equals(seen)) {
            seen = now;
            settled = false;
        } else if (!settled) {
            settled = true;
            RuleFileContents texts = choice.read();
            if (!RuleFileSnapshot.at(choice.files()).equals(now)) {
                seen = null;
                return;
            }
            String digest = texts.digest();
            if (!digest.equals(tried)) {
                load(texts, digest);
            }
        }
    }

    /** Loads in any case. What was in the middle of a change then is looked at again. */
    void answer() throws InterruptedException {
        RuleFileContents texts = choice.read();
        load(texts, texts.digest());
        seen = null;
    }

    private void load(RuleFileContents texts, String digest) throws InterruptedException {
        LoadResult result = choice.load(texts);
        RuleReload reload = reload(result);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("files cannot be read any more");
        }
        streams.err().print(RuleFiles.text(result));
        streams.err().flush();
        boolean refused = reload instanceof RuleReload.Rejected;
        if (refused) {
            streams.say("rules not reloaded; the earlier ones stay in force");
        }
        if (!refused || !digest.equals(tried)) {
            reloads.put(reload);
        }
        tried = digest;
    }

    private RuleReload reload(LoadResult result) {
        @Nullable LoadedRules rules = result.rules();
        if (result.ok() && rules != null) {
            return new RuleReload.Loaded(choice.engine(rules));
        }
        List<Problem> errors = result.errors();
        return new RuleReload.Rejected(errors.getFirst(), errors.size());
    }

    /** Says that loading failed in a way that no file should be able to cause, such as want of memory. */
    void failed(Throwable e) throws InterruptedException {
        streams.say("rules not reloaded; the earlier ones stay in force: " + e);
        Problem problem = new Problem(
                LoadCode.LOAD_ERR_VALIDATE,
                "this should not have happened: " + e,
                "try the files with tiercel rules check",
                new Location(RuleFiles.names(choice.files()), ItemKind.FILE, null, 0, 0, -1, "", 0));
        reloads.put(new RuleReload.Rejected(problem, 1));
    }
}
