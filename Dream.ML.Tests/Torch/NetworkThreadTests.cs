using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Torch;

[TestClass]
public sealed class NetworkThreadTests
{
    readonly NetworkThread _thread = new();

    [TestMethod]
    public void All_callers_share_one_thread()
    {
        int[] seen = new int[8];
        var callers = Enumerable.Range(0, seen.Length).Select(i => new Thread(
            () => _thread.Run(() => seen[i] = Environment.CurrentManagedThreadId))).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        Assert.HasCount(1, seen.Distinct());
        Assert.AreNotEqual(Environment.CurrentManagedThreadId, seen[0]);
    }

    [TestMethod]
    public void What_the_work_throws_is_thrown_to_its_caller()
    {
        var cause = new OperationCanceledException("stop");
        Assert.AreSame(cause, Assert.ThrowsExactly<OperationCanceledException>(() => _thread.Run(() => throw cause)));
        var ran = false;
        _thread.Run(() => ran = true);
        Assert.IsTrue(ran);
    }

    [TestMethod]
    public void It_uses_as_many_cores_as_its_caller()
    {
        var before = get_num_threads();
        try
        {
            foreach (var threads in new[] { 1, 2 })
            {
                set_num_threads(threads);
                var used = 0;
                _thread.Run(() => used = get_num_threads());
                Assert.AreEqual(threads, used);
            }
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
