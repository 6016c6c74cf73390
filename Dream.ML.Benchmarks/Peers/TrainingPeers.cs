using System.ComponentModel;
using Dream.ML.Benchmarks.Workload;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>Our training step beside that of the paper's authors, on the same network.</summary>
static class TrainingPeers
{
    // Training takes thousands of steps. During the first ones .NET compiles once more what it has seen to be used often.
    const int WarmUps = 12;

    internal static Comparison Compare(string? authorsFolder, string python, int rounds)
    {
        using var ours = new TrainingRun(SmallSr3.Options);
        List<Contestant> contestants = [new("Dream.ML", ours.Step)];
        AuthorsTraining? theirs = null;
        string? missing = null;
        try
        {
            theirs = AuthorsTraining.Start(python, authorsFolder);
            if (theirs.Parameters != ours.Parameters)
                throw new InvalidOperationException(
                    $"Their network has {theirs.Parameters:N0} parameters and ours {ours.Parameters:N0}: times cannot be compared.");
            contestants.Add(new($"the authors' code, PyTorch {theirs.TorchVersion}", theirs.Step));
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            missing = $"the authors' code: not measured: {e.Message}";
        }
        using (theirs)
            return new(
                $"A training step: SR3 with {ours.Parameters:N0} parameters, 32×32 pixels, batch 16, DREAM with p = 1",
                "Both: two forward passes, one backward, Adam. " +
                $"Ours also converts pixels, enlarges the input, clips the gradient and averages the weights. The first {WarmUps} steps of each are not timed.",
                Race.Run(contestants, rounds, WarmUps), missing);
    }
}
