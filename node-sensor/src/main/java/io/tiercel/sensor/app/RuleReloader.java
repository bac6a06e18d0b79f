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
 * Reloads rules when their files change, or on request. One thread uses it.
 *
 * <p>The reloader waits until two snapshots in a row are equal and no file changes while it reads. It therefore never
 * loads a file that an editor has half written. A request is served immediately.
 *
 * <p>It does not retry contents that it has just tried. It therefore reports an invalid file once, and ignores a file
 * of which only the timestamp changed.
 */
final class RuleReloader {
    private final RuleSetOptions options;
    private final BlockingQueue<RuleReload> reloads;
    private final StandardStreams streams;

    private @Nullable RuleFileSnapshot lastSnapshot;
    private boolean checked;
    private String lastDigest;

    /**
     * Creates a reloader.
     *
     * @param activeDigest digest of the active rules
     * @param reloads receives loaded or rejected rules; while it is full, the reloader blocks
     */
    RuleReloader(
            RuleSetOptions options, String activeDigest, BlockingQueue<RuleReload> reloads, StandardStreams streams) {
        this.options = options;
        this.lastDigest = activeDigest;
        this.reloads = reloads;
        this.streams = streams;
    }

    /** Reloads the rules if their files have changed and are stable. */
    void reloadIfChanged() throws InterruptedException {
        RuleFileSnapshot snapshot = RuleFileSnapshot.take(options.files());
        if (!snapshot.equals(lastSnapshot)) {
            lastSnapshot = snapshot;
            checked = false;
        } else if (!checked) {
            checked = true;
            RuleFileContents contents = options.read();
            if (!RuleFileSnapshot.take(options.files()).equals(snapshot)) {
                lastSnapshot = null;
                return;
            }
            String digest = contents.digest();
            if (!digest.equals(lastDigest)) {
                load(contents, digest);
            }
        }
    }

    /** Reloads the rules in any case. Files that are changing are checked again later. */
    void reload() throws InterruptedException {
        RuleFileContents contents = options.read();
        load(contents, contents.digest());
        lastSnapshot = null;
    }

    private void load(RuleFileContents contents, String digest) throws InterruptedException {
        LoadResult result = options.load(contents);
        RuleReload reload = toReload(result, digest);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("the reloader is closed");
        }
        streams.err().print(RuleFiles.text(result));
        streams.err().flush();
        boolean rejected = reload instanceof RuleReload.Rejected;
        if (rejected) {
            streams.info("rules not reloaded; the previous rules stay active");
        }
        if (!rejected || !digest.equals(lastDigest)) {
            reloads.put(reload);
        }
        lastDigest = digest;
    }

    private RuleReload toReload(LoadResult result, String digest) {
        @Nullable LoadedRules rules = result.rules();
        if (result.ok() && rules != null) {
            return new RuleReload.Loaded(options.engine(rules), digest);
        }
        List<Problem> errors = result.errors();
        return new RuleReload.Rejected(errors.getFirst(), errors.size());
    }

    /** Reports a failure that no file should be able to cause, such as lack of memory. */
    void failed(Throwable e) throws InterruptedException {
        streams.info("rules not reloaded; the previous rules stay active: " + e);
        Problem problem = new Problem(
                LoadCode.LOAD_ERR_VALIDATE,
                "internal error: " + e,
                "check the files with tiercel rules check",
                new Location(RuleFiles.names(options.files()), ItemKind.FILE, null, 0, 0, -1, "", 0));
        reloads.put(new RuleReload.Rejected(problem, 1));
    }
}
