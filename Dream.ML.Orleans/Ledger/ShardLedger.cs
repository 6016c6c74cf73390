namespace Dream.ML.Orleans.Ledger;

/// <summary>
/// Who works on which picture of a shard. A lease ends unless it is renewed; then the picture is given to another with a new
/// token, and the old one is refused from there on. Knows nothing of grains.
/// </summary>
/// <remarks>
/// When leases end is not part of the state: a ledger that is loaded again gives all of them their full time, so that clocks of
/// different machines are never compared.
/// </remarks>
sealed class ShardLedger
{
    internal const int MaxAttempts = 3;

    readonly ShardState _state;
    readonly TimeSpan _duration;
    readonly TimeProvider _time;
    readonly Dictionary<long, long> _renewed = [];

    internal ShardLedger(ShardState state, TimeSpan duration, TimeProvider time)
    {
        (_state, _duration, _time) = (state, duration, time);
        foreach (var token in state.Leases.Keys)
            _renewed[token] = _time.GetTimestamp();
    }

    /// <summary>Whether anything changed since the last snapshot.</summary>
    internal bool HasChanged { get; private set; }

    internal ShardCounts Counts => new(
        _state.Pictures.Length, Count(PictureState.Done), Count(PictureState.Quarantined), _state.Leases.Count, _state.Releases, _state.Round);

    internal IEnumerable<(int Picture, string Reason)> Failures =>
        from error in _state.Errors
        where StateOf(error.Key) == PictureState.Quarantined
        orderby error.Key
        select (error.Key, error.Value);

    /// <summary>A copy to store.</summary>
    internal ShardState Snapshot()
    {
        HasChanged = false;
        return new()
        {
            Pictures = [.. _state.Pictures],
            Attempts = [.. _state.Attempts],
            Leases = new(_state.Leases),
            Errors = new(_state.Errors),
            LastToken = _state.LastToken,
            Round = _state.Round,
            Releases = _state.Releases,
        };
    }

    /// <summary>Leases pictures: first those whose worker was not heard of in time, then fresh ones, then failed ones.</summary>
    internal List<Lease> Claim(int max)
    {
        List<Lease> leases = [];
        foreach (var (token, picture) in max > 0 ? Ended() : [])
            if (_state.Attempts[picture] >= MaxAttempts)
            {
                End(token);
                Fail(picture, $"{MaxAttempts} workers that had it were not heard of again. It may be more than their memory can hold.");
            }
            else if (leases.Count < max)
            {
                End(token);
                _state.Releases++;
                leases.Add(Give(picture));
            }
        while (leases.Count < max && (Find(PictureState.Fresh) ?? Find(PictureState.Again)) is { } picture)
            leases.Add(Give(picture));
        return leases;
    }

    /// <summary>Takes a worker's report.</summary>
    /// <returns>Whether the worker still had the picture; if not, nothing changes.</returns>
    internal bool Apply(Report report)
    {
        if (!_state.Leases.TryGetValue(report.Token, out var picture))
            return false;
        End(report.Token);
        switch (report.Outcome)
        {
            case Outcome.Done:
                _state.Errors.Remove(picture);
                Set(picture, PictureState.Done);
                break;
            case Outcome.Failed:
                Fail(picture, report.Reason);
                break;
            default:
                _state.Attempts[picture]--;
                Set(picture, _state.Attempts[picture] == 0 ? PictureState.Fresh : PictureState.Again);
                break;
        }
        return true;
    }

    /// <summary>Gives a lease its full time again.</summary>
    /// <returns>Whether the worker still has the picture.</returns>
    internal bool Renew(long token)
    {
        if (!_renewed.ContainsKey(token))
            return false;
        _renewed[token] = _time.GetTimestamp();
        return true;
    }

    /// <summary>Lets quarantined pictures be tried again, once a round.</summary>
    internal void Retry(int round)
    {
        if (round <= _state.Round)
            return;
        _state.Round = round;
        HasChanged = true;
        foreach (var (picture, _) in Failures.ToList())
        {
            _state.Errors.Remove(picture);
            _state.Attempts[picture] = 0;
            Set(picture, PictureState.Fresh);
        }
    }

    Lease Give(int picture)
    {
        var token = ++_state.LastToken;
        _state.Leases[token] = picture;
        _state.Attempts[picture]++;
        _renewed[token] = _time.GetTimestamp();
        Set(picture, PictureState.Leased);
        return new(token, picture);
    }

    void Fail(int picture, string reason)
    {
        _state.Errors[picture] = reason;
        Set(picture, _state.Attempts[picture] < MaxAttempts ? PictureState.Again : PictureState.Quarantined);
    }

    List<KeyValuePair<long, int>> Ended() =>
        [.. _state.Leases.Where(lease => _time.GetElapsedTime(_renewed[lease.Key]) >= _duration).OrderBy(lease => lease.Key)];

    void End(long token)
    {
        _state.Leases.Remove(token);
        _renewed.Remove(token);
    }

    PictureState StateOf(int picture) => (PictureState)_state.Pictures[picture];

    void Set(int picture, PictureState state) => (_state.Pictures[picture], HasChanged) = ((byte)state, true);

    int Count(PictureState state) => _state.Pictures.AsSpan().Count((byte)state);

    int? Find(PictureState state) => _state.Pictures.AsSpan().IndexOf((byte)state) is >= 0 and var picture ? picture : null;
}

/// <summary>A picture that one worker alone may report on, as long as nobody else was given it.</summary>
/// <param name="Token">Greater than all before it in its shard.</param>
/// <param name="Picture">The picture's place in the shard.</param>
readonly record struct Lease(long Token, int Picture);
