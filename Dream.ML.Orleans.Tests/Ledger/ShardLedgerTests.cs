using Dream.ML.Orleans.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace Dream.ML.Orleans.Tests.Ledger;

[TestClass]
public sealed class ShardLedgerTests
{
    static readonly TimeSpan Duration = TimeSpan.FromMinutes(2);

    readonly FakeTimeProvider _time = new();

    [TestMethod]
    public void Every_picture_is_leased_once_and_can_be_finished()
    {
        var ledger = Ledger(10);
        List<Lease> leases = [.. ledger.Claim(4), .. ledger.Claim(4), .. ledger.Claim(4)];
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), leases.Select(lease => lease.Picture).ToArray());
        Assert.HasCount(10, leases.Select(lease => lease.Token).Distinct());
        Assert.AreEqual(new(10, 0, 0, 10, 0, 0), ledger.Counts);
        Assert.IsTrue(leases.All(lease => ledger.Apply(Done(lease))));
        Assert.AreEqual(new(10, 10, 0, 0, 0, 0), ledger.Counts);
        Assert.IsTrue(ledger.Counts.IsFinished);
        Assert.IsEmpty(ledger.Claim(1));
    }

    [TestMethod]
    public void A_late_report_is_refused_once_another_has_the_picture()
    {
        var ledger = Ledger(1);
        var late = ledger.Claim(1).Single();
        _time.Advance(Duration);
        var current = ledger.Claim(1).Single();
        Assert.IsGreaterThan(late.Token, current.Token);
        foreach (var outcome in Enum.GetValues<Outcome>())
            Assert.IsFalse(ledger.Apply(new(late.Token, outcome)));
        Assert.IsFalse(ledger.Renew(late.Token));
        Assert.AreEqual(new(1, 0, 0, 1, 1, 0), ledger.Counts);
        Assert.IsTrue(ledger.Apply(Done(current)));
        Assert.IsFalse(ledger.Apply(Done(current)));
    }

    [TestMethod]
    public void A_late_report_counts_while_nobody_else_has_the_picture()
    {
        var ledger = Ledger(1);
        var late = ledger.Claim(1).Single();
        _time.Advance(100 * Duration);
        Assert.IsTrue(ledger.Apply(Done(late)));
    }

    [TestMethod]
    public void A_renewed_lease_does_not_end()
    {
        var ledger = Ledger(1);
        var lease = ledger.Claim(1).Single();
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(0.9 * Duration);
            Assert.IsTrue(ledger.Renew(lease.Token));
            Assert.IsEmpty(ledger.Claim(1));
        }
        _time.Advance(Duration);
        Assert.HasCount(1, ledger.Claim(1));
    }

    [TestMethod]
    public void Failed_pictures_are_tried_three_times_after_all_others()
    {
        var ledger = Ledger(3);
        List<int> tried = [];
        while (ledger.Claim(1) is [var lease])
        {
            tried.Add(lease.Picture);
            Assert.IsTrue(ledger.Apply(lease.Picture == 0 ? new(lease.Token, Outcome.Failed, $"reason {tried.Count}") : Done(lease)));
        }
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 0, 0 }, tried);
        Assert.AreEqual(new(3, 2, 1, 0, 0, 0), ledger.Counts);
        Assert.AreEqual((0, "reason 5"), ledger.Failures.Single());
    }

    [TestMethod]
    public void A_picture_that_kills_its_workers_is_quarantined()
    {
        var ledger = Ledger(2);
        Assert.IsTrue(ledger.Apply(Done(ledger.Claim(2)[1])));
        for (var i = 0; i < 2; i++)
        {
            _time.Advance(Duration);
            Assert.AreEqual(0, ledger.Claim(1).Single().Picture);
        }
        _time.Advance(Duration);
        Assert.IsEmpty(ledger.Claim(1));
        Assert.AreEqual(new(2, 1, 1, 0, 2, 0), ledger.Counts);
        Assert.Contains("not heard of", ledger.Failures.Single().Reason);
    }

    [TestMethod]
    public void Released_pictures_lose_no_attempt()
    {
        var ledger = Ledger(1);
        for (var i = 0; i < 10; i++)
            Assert.IsTrue(ledger.Apply(new(ledger.Claim(1).Single().Token, Outcome.Released)));
        Assert.AreEqual(new(1, 0, 0, 0, 0, 0), ledger.Counts);
        Assert.IsTrue(ledger.Apply(new(ledger.Claim(1).Single().Token, Outcome.Failed, "once")));
        Assert.IsTrue(ledger.Apply(new(ledger.Claim(1).Single().Token, Outcome.Released)));
        Assert.IsTrue(ledger.Apply(new(ledger.Claim(1).Single().Token, Outcome.Failed, "twice")));
        Assert.IsFalse(ledger.Counts.IsFinished);
    }

    [TestMethod]
    public void Quarantined_pictures_are_tried_again_once_a_round()
    {
        var ledger = Ledger(2);
        for (var i = 0; i < 6; i++)
            ledger.Apply(new(ledger.Claim(1).Single().Token, Outcome.Failed, "disk full"));
        Assert.AreEqual(2, ledger.Counts.Quarantined);
        ledger.Retry(0);
        Assert.AreEqual(2, ledger.Counts.Quarantined);
        ledger.Retry(1);
        Assert.AreEqual(new(2, 0, 0, 0, 0, 1), ledger.Counts);
        Assert.IsEmpty(ledger.Failures);
        var lease = ledger.Claim(1).Single();
        ledger.Retry(1);
        Assert.IsTrue(ledger.Apply(Done(lease)));
    }

    [TestMethod]
    public void A_ledger_that_is_loaded_again_knows_its_leases_and_gives_them_their_full_time()
    {
        var ledger = Ledger(3);
        var leases = ledger.Claim(2);
        ledger.Apply(new(leases[1].Token, Outcome.Failed, "why"));
        Assert.IsTrue(ledger.HasChanged);
        var stored = ledger.Snapshot();
        Assert.IsFalse(ledger.HasChanged);
        ledger.Apply(Done(leases[0]));
        _time.Advance(0.9 * Duration);

        ledger = new(stored, Duration, _time);
        _time.Advance(0.9 * Duration);
        var next = ledger.Claim(3);
        CollectionAssert.AreEqual(new[] { 2, 1 }, next.Select(lease => lease.Picture).ToArray());
        Assert.IsTrue(next.All(lease => lease.Token > leases[1].Token));
        Assert.IsTrue(ledger.Apply(Done(leases[0])));
    }

    [TestMethod]
    public void Names_are_kept_as_one_block()
    {
        string[] list = ["a.png", "ä/ö.jpg", "日本.webp"];
        var names = PictureNames.Of(list);
        CollectionAssert.AreEqual(list, Enumerable.Range(0, names.Count).Select(i => names[i]).ToArray());
        Assert.AreEqual(0, new PictureNames().Count);
    }

    ShardLedger Ledger(int pictures) => new(ShardState.Of(pictures), Duration, _time);

    static Report Done(Lease lease) => new(lease.Token, Outcome.Done);
}
